"""Deflection: does the tool stay where it should, and whole?

The path error is a question of quality and blocks nothing; the bending stress of flutes and shank does.
"""

from dataclasses import dataclass

from feasibility_svc.domain.cut.cutting_forces import force_of_chip_n, mean_force_n, peak_force_n
from feasibility_svc.domain.cut.engagement import Engagement, engagement_of
from feasibility_svc.domain.cut.material_force import material_force
from feasibility_svc.domain.cut.model_spread import force_model_spread, is_doubtful
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.cut.tool_beam import SHAPE, ToolBeam, tool_beam
from feasibility_svc.domain.dimensions.dimension import FORCE_INPUTS, LENGTH_INPUTS, Profile
from feasibility_svc.domain.dimensions.tool_advice import shorter_stickout
from feasibility_svc.domain.physics import chip_formation, deflection
from feasibility_svc.domain.scoring.assessment import Assessment, Findings, Recommendation
from feasibility_svc.domain.scoring.levels import Category, is_green, weakest
from feasibility_svc.domain.scoring.numeric import interpolate, maximum, smallest
from feasibility_svc.domain.scoring.score_curves import GREEN_EDGE, JUST_INSIDE, advisory, with_spread

LIMITS_MM = {"ROUGH": 0.20, "STANDARD": 0.10, "INLAY": 0.05, "FRET_SLOT": 0.03}
_CLASS_OF_OPERATION = {"rosette_channel": "INLAY", "rosette_rings": "INLAY", "fret_slots": "FRET_SLOT"}
KERF_CLEARANCE_MM = 0.1
"""Room a saw plate needs on either side [A]. [mm]"""
_SAME_MM = 1e-6
"""By how much lengths may differ and still be the same. [mm]"""
_RUNOUT = ((0.02, 100.0), (0.025, 80.0), (0.10, 50.0))
"""Score by runout over diameter: what small tools are ruled by (PreciseBits [R])."""
_KEYS = (*SHAPE, "machine.stiffness_n_per_mm", "tool.runout_mm")
_LARGEST_NAMED_MPA = 9_999.0


@dataclass(frozen=True, slots=True)
class _Bend:
    """The bent tool beside what is allowed. Lengths in mm, forces in N, stresses in MPa."""

    engagement: Engagement
    peak_n: float
    mean_n: float
    tool_mm: float
    machine_mm: float
    limit_mm: float
    flute_mpa: float
    shank_mpa: float
    flute_limit_mpa: float
    shank_limit_mpa: float
    spread: float
    runout_share: float

    @property
    def total_mm(self) -> float:
        return self.tool_mm + self.machine_mm

    @property
    def path(self) -> float:
        """Path error over its limit. [-]"""
        return self.total_mm / self.limit_mm

    @property
    def stress(self) -> float:
        """Largest bending stress over what that section carries. [-]"""
        return maximum(self.flute_mpa / self.flute_limit_mpa, self.shank_mpa / self.shank_limit_mpa)

    @property
    def scores(self) -> tuple[float, float, float]:
        """Of the path, of the stress, of the runout."""
        return advisory(self.path), with_spread(self.stress, spread=self.spread), runout_score(self.runout_share)


class ToolDeflection:
    profile = Profile(
        category=Category.DEFLECTION,
        weight=0.20,
        mandatory=True,
        description="path error and bending stress of tool and shank; of saw blades the room of the plate in its kerf",
        rests_on=FORCE_INPUTS
        | LENGTH_INPUTS
        | {"tool.runout_mm", "tool.construction", "machine.stiffness_n_per_mm", "tool.plate_thickness_mm"},
    )

    def applies(self, situation: Situation) -> bool:
        return situation.cut_kind != "DRILLING"

    def score(self, situation: Situation) -> float:
        return _plate_score(situation) if situation.is_saw else smallest(_bend(situation).scores)

    def assess(self, situation: Situation) -> Assessment:
        return self._saw_plate(situation) if situation.is_saw else self._cutter(situation)

    def _cutter(self, situation: Situation) -> Assessment:
        bend, force = _bend(situation), material_force(situation)
        findings = Findings(score=smallest(bend.scores))
        force.note(findings)
        _tell_numbers(situation, findings, bend, force.source)
        _tell_spread(situation, findings)
        path, stress, runout = bend.scores
        if not is_green(min(path, stress)):
            findings.recommendations.append(_recommend(situation, bend))
            findings.recommendations.extend(shorter_stickout(situation, self.profile.category))
        if not is_green(runout) and "tool.runout_mm" in situation.assumed:
            findings.recommendations.append(_measure_runout(bend))
        return findings.assessment(
            self.profile.category,
            finding=_about_runout(bend) if runout < min(path, stress) else _about_bending(bend),
            grade=weakest((force.grade, situation.grade(*_KEYS))),
            utilization=max(bend.path, bend.stress),
        )

    def _saw_plate(self, situation: Situation) -> Assessment:
        kerf_mm, plate_mm = situation.need("tool.kerf_mm", "tool.plate_thickness_mm")
        clearance_mm = (kerf_mm - plate_mm) / 2
        findings = Findings(score=_plate_score(situation))
        findings.detail("kerf_clearance", clearance_mm, "mm", limit=KERF_CLEARANCE_MM, source="assumed")
        finding = f"the plate of {plate_mm:g} mm has {clearance_mm:.3f} mm of room on each side of its kerf"
        if findings.score == 0.0:
            finding = f"a plate of {plate_mm:g} mm in a kerf of {kerf_mm:g} mm rubs and binds"
        elif clearance_mm < KERF_CLEARANCE_MM - _SAME_MM:
            findings.warnings.append(
                f"only {clearance_mm:.3f} mm of clearance beside the plate: keep the cut short and cool"
            )
        grade = situation.grade("tool.plate_thickness_mm", "tool.kerf_mm")
        return findings.assessment(self.profile.category, finding=finding, grade=grade)


def tolerance_class(situation: Situation) -> str:
    """The stated tolerance class, or that of the operation; a tolerance that nobody asked for is the widest."""
    return situation.context.cut.tolerance_class or _CLASS_OF_OPERATION.get(situation.design.operation_name, "ROUGH")


def runout_score(runout_share: float) -> float:
    """Score of a runout over the diameter: small tools break of it, whatever the force.

    >>> [runout_score(share) for share in (0.02, 0.025, 0.2)]
    [100.0, 80.0, 50.0]
    """
    return interpolate(runout_share, _RUNOUT)


def _bend(situation: Situation) -> _Bend:
    engagement, beam = engagement_of(situation), tool_beam(situation)
    diameter_mm, stiffness, runout_mm = situation.need(
        "tool.diameter_mm", "machine.stiffness_n_per_mm", "tool.runout_mm"
    )
    peak_n, mean_n = peak_force_n(situation), mean_force_n(situation)
    heaviest_n = force_of_chip_n(situation, _heaviest_chip_mm(engagement, runout_mm))
    allowed_mpa = deflection.allowed_stress_mpa(situation.need_word("tool.substrate"))
    brazed = situation.context.tool.construction == "BRAZED"
    return _Bend(
        engagement=engagement,
        peak_n=peak_n,
        mean_n=mean_n,
        tool_mm=beam.deflection_mm(peak_n),
        machine_mm=mean_n / stiffness,
        limit_mm=LIMITS_MM[tolerance_class(situation)],
        flute_mpa=beam.flute_stress_mpa(heaviest_n),
        shank_mpa=beam.shank_stress_mpa(heaviest_n),
        flute_limit_mpa=allowed_mpa,
        shank_limit_mpa=deflection.BRAZED_SHANK_MPA if brazed else allowed_mpa,
        spread=material_force(situation).spread,
        runout_share=runout_mm / diameter_mm,
    )


def _heaviest_chip_mm(engagement: Engagement, runout_mm: float) -> float:
    """Thickest chip of the tooth that runout loads most. [mm]"""
    _, highest_mm = chip_formation.runout_bounds_mm(
        feed_per_tooth_mm=engagement.feed_per_tooth_mm, runout_mm=runout_mm, flute_count=engagement.flute_count
    )
    return highest_mm * chip_formation.thickest_chip_factor(engagement.radial_ratio)


def _plate_score(situation: Situation) -> float:
    kerf_mm, plate_mm = situation.need("tool.kerf_mm", "tool.plate_thickness_mm")
    return 0.0 if kerf_mm <= plate_mm + _SAME_MM else 100.0


def _tell_numbers(situation: Situation, findings: Findings, bend: _Bend, force_source: str) -> None:
    findings.detail("peak_force", bend.peak_n, "N", source=force_source)
    findings.detail("mean_force", bend.mean_n, "N", source=force_source)
    findings.detail("tool_deflection", bend.tool_mm, "mm", source="two-segment cantilever")
    stiffness_source = situation.source("machine.stiffness_n_per_mm") or ""
    findings.detail("machine_deflection", bend.machine_mm, "mm", source=stiffness_source)
    findings.detail("total_deflection", bend.total_mm, "mm", limit=bend.limit_mm)
    findings.detail("flute_stress", bend.flute_mpa, "N/mm2", limit=bend.flute_limit_mpa)
    findings.detail("shank_stress", bend.shank_mpa, "N/mm2", limit=bend.shank_limit_mpa)
    findings.detail("runout_over_diameter", bend.runout_share, "", limit=_RUNOUT[1][0], source="PreciseBits")


def _tell_spread(situation: Situation, findings: Findings) -> None:
    spread = force_model_spread(situation)
    if spread is None:
        return
    findings.detail("model_spread", spread, "", source="force over Ettelt's law at the same chip")
    if is_doubtful(spread):
        findings.assumptions.append("low_confidence:force_model")
        findings.warnings.append(f"a second force law gives {1 / spread:.1f} times this force: treat it as a guess")


def _about_bending(bend: _Bend) -> str:
    """What decides, the path or the stress, with one number and its limit."""
    path, stress, _ = bend.scores
    if path <= stress:
        return f"the tip moves {bend.total_mm:.3f} mm, {bend.limit_mm:g} mm is allowed"
    shank = bend.shank_mpa / bend.shank_limit_mpa > bend.flute_mpa / bend.flute_limit_mpa
    stress_mpa, limit_mpa = (bend.shank_mpa, bend.shank_limit_mpa) if shank else (bend.flute_mpa, bend.flute_limit_mpa)
    told = f"{stress_mpa:.0f}" if stress_mpa <= _LARGEST_NAMED_MPA else f"over {_LARGEST_NAMED_MPA:.0f}"
    return f"stress in the {'shank' if shank else 'flutes'} of {told} N/mm2, {limit_mpa:.0f} N/mm2 is allowed"


def _about_runout(bend: _Bend) -> str:
    return (
        f"the tool runs out by {bend.runout_share:.1%} of its diameter; small tools last up to "
        f"{_RUNOUT[1][0]:.1%}: measure it"
    )


def _measure_runout(bend: _Bend) -> Recommendation:
    present_mm = bend.runout_share * bend.engagement.diameter_mm
    usual_mm = _RUNOUT[1][0] * bend.engagement.diameter_mm
    text = f"measure the runout and state it: {usual_mm:.3f} mm or less is what such a tool lasts with"
    return Recommendation(Category.DEFLECTION, "context.tool.runout_mm", present_mm, usual_mm, "mm", text)


def _recommend(situation: Situation, bend: _Bend) -> Recommendation:
    """Forces are linear in the depth of the pass; a shallower one has a longer lever, the stick-out at most."""
    present_mm = bend.engagement.axial_depth_mm
    beam: ToolBeam = tool_beam(situation)
    shorter = 1 - present_mm / 2 / min(beam.fluted_mm, beam.stickout_mm)
    share = min(GREEN_EDGE / bend.path, GREEN_EDGE / bend.spread / bend.stress * max(shorter, 0.1))
    depth_mm = JUST_INSIDE * present_mm * share
    text = f"cut at most {depth_mm:.2f} mm deep per pass, or shorten the stick-out"
    return Recommendation(Category.DEFLECTION, "context.cut.axial_depth_mm", present_mm, depth_mm, "mm", text)
