"""Deflection: does the tool stay where it should, and whole?"""

from dataclasses import dataclass

from feasibility_svc.domain.cut.engagement import Engagement, engagement_of
from feasibility_svc.domain.cut.lateral_force import lateral_force_n
from feasibility_svc.domain.cut.material_force import MaterialForce, material_force
from feasibility_svc.domain.cut.model_spread import force_model_spread, is_doubtful
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.dimensions.dimension import Profile
from feasibility_svc.domain.physics import deflection, rim_speed
from feasibility_svc.domain.scoring.assessment import Assessment, Findings, Recommendation
from feasibility_svc.domain.scoring.levels import REVIEW_CAP, Category, weakest
from feasibility_svc.domain.scoring.numeric import maximum, minimum, where
from feasibility_svc.domain.scoring.score_curves import GREEN_EDGE, one_sided

LIMITS_MM = {"ROUGH": 0.20, "STANDARD": 0.10, "INLAY": 0.05, "FRET_SLOT": 0.03}
_CLASS_OF_OPERATION = {"rosette_channel": "INLAY", "rosette_rings": "INLAY", "fret_slots": "FRET_SLOT"}
_FINE = frozenset({"INLAY", "FRET_SLOT"})
KERF_CLEARANCE_MM = 0.1
"""Room a saw plate needs on either side [A]. [mm]"""
_KEYS = (
    "tool.diameter_mm",
    "tool.flute_length_mm",
    "tool.stickout_mm",
    "tool.shank_diameter_mm",
    "machine.stiffness_n_per_mm",
)
_PLATE_KEYS = ("cut.spindle_speed_rpm", "tool.diameter_mm", "tool.kerf_mm", "tool.plate_thickness_mm")


@dataclass(frozen=True, slots=True)
class _Bend:
    """The bent tool beside what is allowed. Lengths in mm, stresses in MPa."""

    engagement: Engagement
    force: MaterialForce
    force_n: float
    tool_mm: float
    fitted_mm: float | None
    machine_mm: float
    bent_mm: float
    offset_mm: float
    limit_mm: float
    stress_mpa: float
    allowed_mpa: float
    utilization: float
    score: float

    @property
    def total_mm(self) -> float:
        return self.bent_mm + self.offset_mm


@dataclass(frozen=True, slots=True)
class _Plate:
    """A blade beside the speed its plate carries."""

    speed_rpm: float
    limit_rpm: float
    clearance_mm: float
    utilization: float
    score: float


class ToolDeflection:
    profile = Profile(
        category=Category.DEFLECTION,
        weight=0.20,
        mandatory=True,
        description="tip deflection and bending stress; of saw blades the plate's stability",
    )

    def applies(self, situation: Situation) -> bool:
        return situation.cut_kind != "DRILLING"

    def score(self, situation: Situation) -> float:
        return _plate(situation).score if situation.is_saw else _bend(situation).score

    def assess(self, situation: Situation) -> Assessment:
        return self._saw_plate(situation) if situation.is_saw else self._cutter(situation)

    def _cutter(self, situation: Situation) -> Assessment:
        bend = _bend(situation)
        findings = Findings(score=bend.score)
        bend.force.note(findings)
        findings.detail("peak_force", bend.force_n, "N", source=bend.force.source)
        findings.detail("tool_deflection", bend.tool_mm, "mm", source="two-segment cantilever")
        if bend.fitted_mm is not None:
            findings.detail("tool_deflection_fitted", bend.fitted_mm, "mm", source="Kivanc and Budak 2004")
        stiffness_source = situation.source("machine.stiffness_n_per_mm") or ""
        findings.detail("machine_deflection", bend.machine_mm, "mm", source=stiffness_source)
        findings.detail("total_deflection", bend.total_mm, "mm", limit=bend.limit_mm)
        findings.detail("bending_stress", bend.stress_mpa, "N/mm2", limit=bend.allowed_mpa)
        _tell_spread(situation, findings)
        if bend.utilization > GREEN_EDGE:
            findings.recommendations.append(_recommend(bend))
        return findings.assessment(
            self.profile.category,
            finding=f"tip moves {bend.total_mm:.3f} mm of {bend.limit_mm:g} mm allowed, stress {bend.stress_mpa:.0f} "
            f"of {bend.allowed_mpa:.0f} N/mm2",
            grade=weakest((bend.force.grade, situation.grade(*_KEYS))),
            utilization=bend.utilization,
        )

    def _saw_plate(self, situation: Situation) -> Assessment:
        plate = _plate(situation)
        findings = Findings(score=plate.score)
        findings.detail("spindle_speed", plate.speed_rpm, "rpm", limit=plate.limit_rpm, source="plate stability")
        findings.detail("kerf_clearance", plate.clearance_mm, "mm", limit=KERF_CLEARANCE_MM, source="assumed")
        if plate.clearance_mm <= 0:
            findings.warnings.append("the plate is as thick as the kerf and will rub and bind")
        elif plate.clearance_mm < KERF_CLEARANCE_MM:
            findings.warnings.append(
                f"only {plate.clearance_mm:.3f} mm of clearance beside the plate: keep the cut short and cool"
            )
        return findings.assessment(
            self.profile.category,
            finding=f"blade turns at {plate.speed_rpm:.0f} of {plate.limit_rpm:.0f} rpm its plate carries",
            grade=situation.grade("tool.plate_thickness_mm", "tool.kerf_mm"),
            utilization=plate.utilization,
        )


def tolerance_class(situation: Situation) -> str:
    """The stated tolerance class, or that of the operation."""
    return situation.context.cut.tolerance_class or _CLASS_OF_OPERATION.get(situation.design.operation_name, "STANDARD")


def _bend(situation: Situation) -> _Bend:
    engagement, force = engagement_of(situation), material_force(situation)
    diameter_mm, flute_mm, stickout_mm, shank_mm, stiffness = situation.need(*_KEYS)
    substrate = situation.need_word("tool.substrate")
    tolerance = tolerance_class(situation)
    limit_mm = LIMITS_MM[tolerance]
    force_n = lateral_force_n(situation)
    shape = {
        "force_n": force_n,
        "diameter_mm": diameter_mm,
        "flute_length_mm": flute_mm,
        "stickout_mm": stickout_mm,
        "shank_diameter_mm": shank_mm,
    }
    core = deflection.core_factor(engagement.flute_count)
    modulus_gpa = deflection.YOUNGS_MODULUS_GPA[substrate]
    tool_mm = deflection.tool_deflection_mm(youngs_modulus_gpa=modulus_gpa, core_factor=core, **shape)
    fitted_mm = deflection.kivanc_budak_deflection_mm(
        youngs_modulus_gpa=modulus_gpa, flute_count=engagement.flute_count, **shape
    )
    runout_mm = situation.find("tool.runout_mm")
    offset_mm = 0.5 * runout_mm if runout_mm is not None and tolerance in _FINE else 0.0
    machine_mm = force_n / stiffness
    stress_mpa = deflection.bending_stress_mpa(core_factor=core, **shape)
    (nominal_mm,) = situation.nominal.need("tool.diameter_mm")
    allowed_mpa = deflection.allowed_stress_mpa(substrate=substrate, diameter_mm=nominal_mm)
    bent_mm = _counted_mm(tool_mm, fitted_mm) + machine_mm
    utilization = maximum((bent_mm + offset_mm) / limit_mm, stress_mpa / allowed_mpa)
    return _Bend(
        engagement=engagement,
        force=force,
        force_n=force_n,
        tool_mm=tool_mm,
        fitted_mm=fitted_mm,
        machine_mm=machine_mm,
        bent_mm=bent_mm,
        offset_mm=offset_mm,
        limit_mm=limit_mm,
        stress_mpa=stress_mpa,
        allowed_mpa=allowed_mpa,
        utilization=utilization,
        score=minimum(one_sided(utilization), force.ceiling),
    )


def _counted_mm(tool_mm: float, fitted_mm: float | None) -> float:
    """The deflection that counts: the cantilever's, or the higher one where the fitted law is far from it. [mm]"""
    if fitted_mm is None:
        return tool_mm
    higher, lower = maximum(tool_mm, fitted_mm), minimum(tool_mm, fitted_mm)
    return where(higher > 1.5 * lower, higher, tool_mm)


def _plate(situation: Situation) -> _Plate:
    speed_rpm, diameter_mm, kerf_mm, plate_mm = situation.need(*_PLATE_KEYS)
    limit_rpm = rim_speed.plate_limit_rpm(diameter_mm=diameter_mm, plate_thickness_mm=plate_mm)
    clearance_mm = (kerf_mm - plate_mm) / 2
    utilization = speed_rpm / limit_rpm
    score = one_sided(utilization)
    if clearance_mm <= 0:
        score = minimum(score, 0.0)
    elif clearance_mm < KERF_CLEARANCE_MM:
        score = minimum(score, REVIEW_CAP)
    return _Plate(speed_rpm, limit_rpm, clearance_mm, utilization, score)


def _tell_spread(situation: Situation, findings: Findings) -> None:
    spread = force_model_spread(situation)
    if spread is None:
        return
    findings.detail("model_spread", spread, "", source="force over Ettelt's law at the same chip")
    if is_doubtful(spread):
        findings.assumptions.append("low_confidence:force_model")
        findings.warnings.append(f"a second force law gives {1 / spread:.1f} times this force: treat it as a guess")


def _recommend(bend: _Bend) -> Recommendation:
    """Force, deflection and stress are linear in the depth of the pass."""
    present_mm = bend.engagement.axial_depth_mm
    room_mm = max(GREEN_EDGE * bend.limit_mm - bend.offset_mm, 0.0)
    depth_mm = present_mm * min(room_mm / bend.bent_mm, GREEN_EDGE * bend.allowed_mpa / bend.stress_mpa)
    text = f"cut at most {depth_mm:.2f} mm deep per pass, or shorten the stick-out"
    return Recommendation(Category.DEFLECTION, "context.cut.axial_depth_mm", present_mm, depth_mm, "mm", text)
