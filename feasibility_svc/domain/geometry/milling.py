"""Pockets, profiles, holes and saw cuts."""

from collections.abc import Iterator

from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.geometry.check import Check, corner, floor, must, reach, wall
from feasibility_svc.domain.inputs.design import Drilling, Pocket, Profile, SawCut
from feasibility_svc.domain.physics import fretting

DEEPEST_SHARE = 0.40
"""Depth of cut over blade diameter from which a saw cut is too deep [A]. [-]"""
WIDEST_STEPOVER = 0.95
"""Stepover over diameter beyond which ridges stay between the passes (F002). [-]"""


def pocket_checks(situation: Situation, pocket: Pocket) -> Iterator[Check]:
    width_mm, depth_mm = situation.need_design("width_mm", "depth_mm")
    (diameter_mm,) = situation.need("tool.diameter_mm")
    yield must(
        "tool_fits",
        holds=diameter_mm <= width_mm,
        value=diameter_mm,
        limit=width_mm,
        text=f"a {diameter_mm:g} mm cutter in a pocket {width_mm:g} mm wide",
        fix=("context.tool.diameter_mm", width_mm),
    )
    radial_mm = situation.find("cut.radial_width_mm")
    if radial_mm is not None:
        widest_mm = WIDEST_STEPOVER * diameter_mm
        yield must(
            "stepover",
            holds=radial_mm <= widest_mm + 1e-9,
            value=radial_mm,
            limit=widest_mm,
            text=f"stepping over by {radial_mm:g} mm with a {diameter_mm:g} mm cutter leaves ridges",
            fix=("context.cut.radial_width_mm", diameter_mm / 2),
        )
    yield from reach(situation, depth_mm, through=False)
    yield from corner(situation, pocket.corner_radius_mm)
    yield from wall(situation, height_mm=depth_mm, thickness_mm=pocket.wall_thickness_mm)
    yield from floor(situation, depth_mm)


def profile_checks(situation: Situation, profile: Profile) -> Iterator[Check]:
    (depth_mm,) = situation.need_design("depth_mm")
    yield from reach(situation, depth_mm, through=profile.through)
    yield from corner(situation, profile.corner_radius_mm)
    yield from wall(situation, height_mm=depth_mm, thickness_mm=profile.wall_thickness_mm)


def drilling_checks(situation: Situation, drilling: Drilling) -> Iterator[Check]:
    hole_mm, depth_mm = situation.need_design("hole_diameter_mm", "depth_mm")
    (diameter_mm,) = situation.need("tool.diameter_mm")
    yield must(
        "tool_fits",
        holds=diameter_mm <= hole_mm,
        value=diameter_mm,
        limit=hole_mm,
        text=f"a {diameter_mm:g} mm tool for holes of {hole_mm:g} mm",
        fix=("context.tool.diameter_mm", hole_mm),
    )
    yield from reach(situation, depth_mm, through=drilling.through)


def saw_cut_checks(situation: Situation, cut: SawCut) -> Iterator[Check]:
    (depth_mm,) = situation.need_design("depth_mm")
    (diameter_mm,) = situation.need("tool.diameter_mm")
    yield must(
        "blade_reach",
        holds=depth_mm < diameter_mm / 2,
        value=depth_mm,
        limit=diameter_mm / 2,
        text=f"{depth_mm:g} mm deep with a blade of {diameter_mm / 2:g} mm radius",
    )
    deepest_mm = DEEPEST_SHARE * diameter_mm
    yield must(
        "blade_depth",
        holds=depth_mm <= deepest_mm,
        value=depth_mm,
        limit=deepest_mm,
        text=f"the blade dips {depth_mm:g} mm into the work, {depth_mm / diameter_mm:.0%} of its diameter",
    )
    yield from reach(situation, depth_mm, through=cut.through)
    if cut.end_clearance_mm is not None and depth_mm < diameter_mm:
        run_out_mm = fretting.saw_run_out_mm(blade_diameter_mm=diameter_mm, depth_mm=depth_mm)
        yield must(
            "run_out",
            holds=run_out_mm <= cut.end_clearance_mm,
            value=run_out_mm,
            limit=cut.end_clearance_mm,
            text=f"the blade runs out {run_out_mm:.1f} mm, {cut.end_clearance_mm:g} mm are free",
        )
