"""Deflection: does the tool stay where it should, and whole?"""

from dataclasses import dataclass

from feasibility_svc.domain.assessment import Assessment, Findings, Recommendation
from feasibility_svc.domain.dimensions.dimension import Profile
from feasibility_svc.domain.engagement import Engagement, engagement_of
from feasibility_svc.domain.lateral_force import lateral_force_n
from feasibility_svc.domain.levels import Category, weakest
from feasibility_svc.domain.material_force import material_force
from feasibility_svc.domain.physics import deflection, rim_speed
from feasibility_svc.domain.score_maps import GREEN_EDGE, one_sided
from feasibility_svc.domain.situation import Situation

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


@dataclass(frozen=True, slots=True)
class _Bend:
    total_mm: float
    stress_mpa: float
    allowed_mpa: float


class ToolDeflection:
    profile = Profile(
        category=Category.DEFLECTION,
        weight=0.20,
        mandatory=True,
        description="tip deflection and bending stress; of saw blades the plate's stability",
    )

    def assess(self, situation: Situation) -> Assessment:
        return self._saw_plate(situation) if situation.is_saw else self._cutter(situation)

    def _cutter(self, situation: Situation) -> Assessment:
        findings = Findings()
        engagement = engagement_of(situation)
        force = material_force(situation)
        force.note(findings)
        tolerance = situation.context.cut.tolerance_class or _CLASS_OF_OPERATION.get(
            situation.design.operation_name, "STANDARD"
        )
        limit_mm = LIMITS_MM[tolerance]
        force_n = lateral_force_n(situation)
        findings.detail("peak_force", force_n, "N", source=force.source)
        bend = self._bend(situation, findings, engagement, force_n)
        runout_mm = situation.find("tool.runout_mm")
        offset_mm = 0.5 * runout_mm if runout_mm is not None and tolerance in _FINE else 0.0
        total_mm = bend.total_mm + offset_mm
        findings.detail("total_deflection", total_mm, "mm", limit=limit_mm)
        findings.detail("bending_stress", bend.stress_mpa, "N/mm2", limit=bend.allowed_mpa)
        utilization = max(total_mm / limit_mm, bend.stress_mpa / bend.allowed_mpa)
        findings.score = min(findings.score, one_sided(utilization))
        if utilization > GREEN_EDGE:
            findings.recommendations.append(_recommend(engagement, bend, limit_mm, offset_mm))
        return findings.assessment(
            self.profile.category,
            finding=f"tip moves {total_mm:.3f} mm of {limit_mm:g} mm allowed, stress {bend.stress_mpa:.0f} of "
            f"{bend.allowed_mpa:.0f} N/mm2",
            grade=weakest((force.grade, situation.grade(*_KEYS))),
            utilization=utilization,
        )

    @staticmethod
    def _bend(situation: Situation, findings: Findings, engagement: Engagement, force_n: float) -> _Bend:
        diameter_mm, flute_mm, stickout_mm, shank_mm, stiffness = situation.need(*_KEYS)
        substrate = situation.need_word("tool.substrate")
        shape = {
            "diameter_mm": diameter_mm,
            "flute_length_mm": flute_mm,
            "stickout_mm": stickout_mm,
            "shank_diameter_mm": shank_mm,
        }
        modulus_gpa = deflection.YOUNGS_MODULUS_GPA[substrate]
        core = deflection.core_factor(engagement.flute_count)
        tool_mm = deflection.tool_deflection_mm(
            force_n=force_n, youngs_modulus_gpa=modulus_gpa, core_factor=core, **shape
        )
        fitted_mm = deflection.kivanc_budak_deflection_mm(
            force_n=force_n, youngs_modulus_gpa=modulus_gpa, flute_count=engagement.flute_count, **shape
        )
        findings.detail("tool_deflection", tool_mm, "mm", source="two-segment cantilever")
        if fitted_mm is not None:
            findings.detail("tool_deflection_fitted", fitted_mm, "mm", source="Kivanc and Budak 2004")
            if max(tool_mm, fitted_mm) > 1.5 * min(tool_mm, fitted_mm):
                tool_mm = max(tool_mm, fitted_mm)
        machine_mm = force_n / stiffness
        findings.detail("machine_deflection", machine_mm, "mm")
        return _Bend(
            tool_mm + machine_mm,
            deflection.bending_stress_mpa(force_n=force_n, core_factor=core, **shape),
            deflection.allowed_stress_mpa(substrate=substrate, diameter_mm=diameter_mm),
        )

    def _saw_plate(self, situation: Situation) -> Assessment:
        speed_rpm, diameter_mm, kerf_mm, plate_mm = situation.need(
            "cut.spindle_speed_rpm", "tool.diameter_mm", "tool.kerf_mm", "tool.plate_thickness_mm"
        )
        limit_rpm = rim_speed.plate_limit_rpm(diameter_mm=diameter_mm, plate_thickness_mm=plate_mm)
        clearance_mm = (kerf_mm - plate_mm) / 2
        utilization = speed_rpm / limit_rpm
        findings = Findings(score=one_sided(utilization))
        findings.detail("spindle_speed", speed_rpm, "rpm", limit=limit_rpm, source="plate stability, Tenryu table")
        findings.detail("kerf_clearance", clearance_mm, "mm", limit=KERF_CLEARANCE_MM, source="assumed")
        if clearance_mm <= 0:
            findings.cap(0.0, "the plate is as thick as the kerf and will rub and bind")
        elif clearance_mm < KERF_CLEARANCE_MM:
            findings.cap(79.0, f"only {clearance_mm:.3f} mm of clearance beside the plate: keep the cut short and cool")
        return findings.assessment(
            self.profile.category,
            finding=f"blade turns at {speed_rpm:.0f} of {limit_rpm:.0f} rpm its plate carries",
            grade=situation.grade("tool.plate_thickness_mm", "tool.kerf_mm"),
            utilization=utilization,
        )


def _recommend(engagement: Engagement, bend: _Bend, limit_mm: float, offset_mm: float) -> Recommendation:
    """Force, deflection and stress are linear in the depth of the pass."""
    per_depth = bend.total_mm / engagement.axial_depth_mm
    stress_per_depth = bend.stress_mpa / engagement.axial_depth_mm
    room_mm = max(GREEN_EDGE * limit_mm - offset_mm, 0.0)
    depth_mm = min(room_mm / per_depth, GREEN_EDGE * bend.allowed_mpa / stress_per_depth)
    return Recommendation(
        Category.DEFLECTION,
        "context.cut.axial_depth_mm",
        engagement.axial_depth_mm,
        depth_mm,
        "mm",
        f"cut at most {depth_mm:.2f} mm deep per pass, or shorten the stick-out",
    )
