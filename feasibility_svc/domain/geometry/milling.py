"""Pockets, profiles and saw cuts."""

from collections.abc import Iterator
from math import hypot

from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.geometry.check import SAME_MM, Found, Note, Question, corner, floor, must, should, wall
from feasibility_svc.domain.geometry.outline import in_part, in_stock
from feasibility_svc.domain.geometry.reach import reach
from feasibility_svc.domain.inputs.design import Pocket, Profile, SawCut
from feasibility_svc.domain.physics import fretting

DEEPEST_SHARE = 0.40
"""Depth of cut over blade diameter from which a saw cut is deeper than usual [A]. [-]"""
WIDEST_STEPOVER = 0.95
"""Stepover over diameter beyond which ridges stay between the passes (F002). [-]"""
STEPPED_FROM = 2.0
"""Width of a pocket over the diameter from which it is cleared by stepping over. [-]"""


def pocket_checks(situation: Situation, pocket: Pocket) -> Iterator[Found]:
    width_mm, depth_mm = situation.need_design("width_mm", "depth_mm")
    (diameter_mm,) = situation.need("tool.diameter_mm")
    yield from _tool_fits(diameter_mm, width_mm, pocket.length_mm)
    if width_mm > STEPPED_FROM * diameter_mm:
        yield from stepover(situation, diameter_mm)
    yield from _pocket_in_stock(situation, pocket, width_mm)
    yield from reach(situation, depth_mm, through=pocket.through)
    yield from corner(situation, pocket.corner_radius_mm)
    yield from _corner_fits(pocket.corner_radius_mm, width_mm, pocket.length_mm)
    yield from wall(situation, height_mm=depth_mm, thickness_mm=pocket.wall_thickness_mm)
    if not pocket.through:
        yield from floor(situation, depth_mm)


def _tool_fits(diameter_mm: float, width_mm: float, length_mm: float | None) -> Iterator[Found]:
    narrowest_mm = min(width_mm, length_mm or width_mm)
    yield must(
        "tool_fits",
        holds=diameter_mm <= narrowest_mm + SAME_MM,
        value=diameter_mm,
        limit=narrowest_mm,
        text=f"a {diameter_mm:g} mm cutter in a pocket {narrowest_mm:g} mm wide",
        fix=("context.tool.diameter_mm", narrowest_mm),
    )


def stepover(situation: Situation, diameter_mm: float) -> Iterator[Found]:
    """Neighbouring lines overlap: beyond the diameter wood stays, close to it ridges do."""
    radial_mm = situation.find("cut.radial_width_mm")
    if radial_mm is None:
        return
    fix = ("context.cut.radial_width_mm", diameter_mm / 2)
    text = f"stepping over by {{value:g}} mm with a {diameter_mm:g} mm cutter leaves "
    yield must(
        "stepover",
        holds=radial_mm <= diameter_mm + SAME_MM,
        value=radial_mm,
        limit=diameter_mm,
        text=text + "wood standing",
        fix=fix,
    )
    ridges = should(
        "ridges",
        holds=radial_mm <= WIDEST_STEPOVER * diameter_mm + SAME_MM,
        value=radial_mm,
        limit=WIDEST_STEPOVER * diameter_mm,
        text=text + "ridges",
    )
    yield ridges._replace(recommendation=fix)


def _pocket_in_stock(situation: Situation, pocket: Pocket, width_mm: float) -> Iterator[Found]:
    if pocket.length_mm is None:
        yield Question("design.pocket.length_mm", "whether the pocket lies within the stock")
        return
    for what, margin_mm in (("the pocket", 0.0), ("the pocket with its walls", pocket.wall_thickness_mm)):
        if margin_mm is not None:
            size_mm = (width_mm + 2 * margin_mm, pocket.length_mm + 2 * margin_mm)
            yield from in_part(situation, what, *size_mm)
            yield from in_stock(situation, what, *size_mm)


def _corner_fits(corner_radius_mm: float | None, width_mm: float, length_mm: float | None) -> Iterator[Found]:
    """Two rounded corners fit side by side into the pocket."""
    if corner_radius_mm is None:
        return
    narrowest_mm = min(width_mm, length_mm or width_mm)
    yield must(
        "corners_fit",
        holds=2 * corner_radius_mm <= narrowest_mm + SAME_MM,
        value=2 * corner_radius_mm,
        limit=narrowest_mm,
        text=f"corners of {corner_radius_mm:g} mm radius in a pocket {narrowest_mm:g} mm wide",
        fix=("design.pocket.corner_radius_mm", narrowest_mm / 2),
    )


def profile_checks(situation: Situation, profile: Profile) -> Iterator[Found]:
    (depth_mm,) = situation.need_design("depth_mm")
    yield from reach(situation, depth_mm, through=profile.through, skin_mm=profile.onion_skin_mm or 0.0)
    yield from corner(situation, profile.corner_radius_mm)
    yield from wall(situation, height_mm=depth_mm, thickness_mm=profile.wall_thickness_mm)
    yield from _tabs(profile, depth_mm)
    if profile.wall_thickness_mm is not None:
        yield from in_stock(situation, "the wall", profile.wall_thickness_mm, profile.wall_thickness_mm)


def _tabs(profile: Profile, depth_mm: float) -> Iterator[Found]:
    """Tabs are lower than the cut, and shorter together than the contour."""
    if profile.tab_thickness_mm is not None:
        yield must(
            "tab_thickness",
            holds=profile.tab_thickness_mm < depth_mm,
            value=profile.tab_thickness_mm,
            limit=depth_mm,
            text=f"tabs {profile.tab_thickness_mm:g} mm high in a cut {depth_mm:g} mm deep",
        )
    if profile.tab_count and profile.tab_width_mm is not None and profile.length_mm is not None:
        together_mm = profile.tab_count * profile.tab_width_mm
        yield must(
            "tabs_length",
            holds=together_mm < profile.length_mm,
            value=together_mm,
            limit=profile.length_mm,
            text=f"tabs of {together_mm:g} mm together on a contour of {profile.length_mm:g} mm",
        )


def _cut_in_stock(situation: Situation, length_mm: float | None) -> Iterator[Found]:
    """A straight cut is no longer than the diagonal of the stock."""
    across_mm, along_mm = situation.find("stock.width_mm"), situation.find("stock.length_mm")
    if length_mm is None or across_mm is None or along_mm is None:
        return
    diagonal_mm = hypot(across_mm, along_mm)
    yield must(
        "cut_length",
        holds=length_mm <= diagonal_mm + SAME_MM,
        value=length_mm,
        limit=diagonal_mm,
        text=f"a straight cut of {length_mm:g} mm in stock of {across_mm:g} x {along_mm:g} mm",
    )


def saw_cut_checks(situation: Situation, cut: SawCut) -> Iterator[Found]:
    (depth_mm,) = situation.need_design("depth_mm")
    (diameter_mm,) = situation.need("tool.diameter_mm")
    yield must(
        "blade_reach",
        holds=depth_mm < diameter_mm / 2,
        value=depth_mm,
        limit=diameter_mm / 2,
        text=f"{depth_mm:g} mm deep with a blade of {diameter_mm / 2:g} mm radius",
    )
    if DEEPEST_SHARE * diameter_mm < depth_mm < diameter_mm / 2:
        yield Note(f"the blade dips {depth_mm:g} mm into the work, {depth_mm / diameter_mm:.0%} of its diameter")
    yield from reach(situation, depth_mm, through=cut.through)
    yield from _cut_in_stock(situation, cut.length_mm)
    if cut.end_clearance_mm is not None and depth_mm < diameter_mm:
        run_out_mm = fretting.saw_run_out_mm(blade_diameter_mm=diameter_mm, depth_mm=depth_mm)
        yield must(
            "run_out",
            holds=run_out_mm <= cut.end_clearance_mm,
            value=run_out_mm,
            limit=cut.end_clearance_mm,
            text=f"the blade runs out {run_out_mm:.1f} mm, {cut.end_clearance_mm:g} mm are free",
        )
