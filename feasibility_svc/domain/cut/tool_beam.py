"""The tool as a beam that sticks out of the collet: flutes, then shank; of pointed tools a cone, then shank."""

from dataclasses import dataclass

from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.physics import cones, deflection
from feasibility_svc.domain.scoring.numeric import maximum, minimum

POINTED = frozenset({"V_BIT", "ENGRAVING", "TAPERED_BALL"})
SHAPE = ("tool.diameter_mm", "tool.flute_length_mm", "tool.stickout_mm", "tool.shank_diameter_mm")


@dataclass(frozen=True, slots=True)
class Cone:
    """The pointed end of a tool."""

    tip_diameter_mm: float
    half_angle_deg: float
    length_mm: float


@dataclass(frozen=True, slots=True)
class ToolBeam:
    """A tool of two segments. Lengths in mm."""

    youngs_modulus_gpa: float
    core_factor: float
    diameter_mm: float
    fluted_mm: float
    stickout_mm: float
    shank_diameter_mm: float
    axial_depth_mm: float
    cone: Cone | None

    def deflection_mm(self, force_n: float) -> float:
        """How far the tip moves under a force at the tip. [mm]"""
        return deflection.tool_deflection_mm(
            force_n=force_n,
            youngs_modulus_gpa=self.youngs_modulus_gpa,
            diameter_mm=self.diameter_mm,
            flute_length_mm=self.fluted_mm,
            stickout_mm=self.stickout_mm,
            shank_diameter_mm=self.shank_diameter_mm,
            core_factor=self.core_factor,
        )

    def flute_stress_mpa(self, force_n: float) -> float:
        """Bending stress where the flutes end, or the largest along the cone; the force acts at half the pass. [MPa]"""
        if self.cone is not None:
            return cones.cone_stress_mpa(
                force_n=force_n,
                axial_depth_mm=self.axial_depth_mm,
                tip_diameter_mm=self.cone.tip_diameter_mm,
                half_angle_deg=self.cone.half_angle_deg,
                shank_diameter_mm=self.shank_diameter_mm,
                length_mm=self.cone.length_mm,
                core_factor=self.core_factor,
            )
        return deflection.bending_stress_mpa(
            force_n=force_n,
            diameter_mm=self.core_factor * self.diameter_mm,
            lever_mm=minimum(self.fluted_mm, self.stickout_mm) - self.axial_depth_mm / 2,
        )

    def shank_stress_mpa(self, force_n: float) -> float:
        """Bending stress at the collet. [MPa]"""
        return deflection.bending_stress_mpa(
            force_n=force_n,
            diameter_mm=self.shank_diameter_mm,
            lever_mm=self.stickout_mm - self.axial_depth_mm / 2,
        )


def tool_beam(situation: Situation) -> ToolBeam:
    """The tool of a situation as a beam.

    Raises:
        NotAssessedError: A dimension of the tool, its substrate or the depth of the pass is missing.
    """
    if "tool_beam" not in situation.memo:
        situation.memo["tool_beam"] = _tool_beam(situation)
    beam: ToolBeam = situation.memo["tool_beam"]
    return beam


def _tool_beam(situation: Situation) -> ToolBeam:
    diameter_mm, fluted_mm, stickout_mm, shank_mm = situation.need(*SHAPE)
    flute_count, axial_mm = situation.need("tool.flute_count", "cut.axial_depth_mm")
    cone = None
    if situation.context.tool.kind in POINTED:
        cone = _cone(situation, flute_length_mm=fluted_mm, shank_mm=shank_mm)
        fluted_mm = minimum(fluted_mm, maximum(cone.length_mm, axial_mm))
        diameter_mm = cones.mean_cone_diameter_mm(
            tip_diameter_mm=cone.tip_diameter_mm,
            half_angle_deg=cone.half_angle_deg,
            shank_diameter_mm=shank_mm,
            diameter_mm=diameter_mm,
            length_mm=cone.length_mm,
        )
    return ToolBeam(
        youngs_modulus_gpa=deflection.YOUNGS_MODULUS_GPA[situation.need_word("tool.substrate")],
        core_factor=deflection.core_factor(int(flute_count)),
        diameter_mm=diameter_mm,
        fluted_mm=fluted_mm,
        stickout_mm=stickout_mm,
        shank_diameter_mm=shank_mm,
        axial_depth_mm=axial_mm,
        cone=cone,
    )


def _cone(situation: Situation, *, flute_length_mm: float, shank_mm: float) -> Cone:
    if situation.context.tool.kind == "TAPERED_BALL":
        tip_mm, half_angle_deg = situation.need("tool.tip_diameter_mm", "tool.taper_angle_deg")
    else:
        tip_mm, tip_angle_deg = situation.need("tool.tip_diameter_mm", "tool.tip_angle_deg")
        half_angle_deg = tip_angle_deg / 2
    length_mm = cones.cone_length_mm(
        tip_diameter_mm=tip_mm,
        half_angle_deg=half_angle_deg,
        shank_diameter_mm=shank_mm,
        flute_length_mm=flute_length_mm,
    )
    return Cone(tip_mm, half_angle_deg, length_mm)
