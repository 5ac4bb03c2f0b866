"""Rosette channels and rings."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.geometry.check import SAME_MM, Found, must, ratio, tolerance_mm, wall
from feasibility_svc.domain.geometry.outline import in_stock
from feasibility_svc.domain.geometry.reach import one_pass, reach
from feasibility_svc.domain.geometry.rings import edges_of, ring_checks
from feasibility_svc.domain.inputs.design import AnnularChannel, RosetteChannel, RosetteRing, RosetteRings
from feasibility_svc.domain.scoring.assessment import NotAssessedError, missing

DEEPEST_SHARE = 0.65
"""Channel depth over top thickness at the limit [A, tops 2.4 to 3.0 mm, channels 1.2 to 2.0 mm]. [-]"""
THINNEST_FLOOR_MM = 0.8
"""What must remain under a channel in the worst case [A]. [mm]"""
LEDGE_MM = 2.0
"""Wood between sound hole and channel; without it the channel sits in air. [mm]"""
_PATH = "design.rosette_channel"


class Channel(NamedTuple):
    """A channel of which everything is known. Lengths in mm."""

    path: str
    inner_mm: float
    outer_mm: float
    depth_mm: float
    depth_path: str
    """The field that says the depth: its own, or that of the first channel."""
    rings: Sequence[RosetteRing]


def channel_checks(situation: Situation, rosette: RosetteChannel) -> Iterator[Found]:
    hole_mm, *_, depth_mm = situation.need_design(
        "soundhole_radius_mm", "inner_radius_mm", "outer_radius_mm", "depth_mm"
    )
    channels = channels_of(rosette, depth_mm)
    depths_mm = sorted(channel.depth_mm for channel in channels)
    yield from reach(situation, depths_mm[-1], through=False)
    if depths_mm[0] < depths_mm[-1]:
        yield from one_pass(situation, depths_mm[0])
    for number, channel in enumerate(channels, start=1):
        yield from _channel(situation, channel, number)
    innermost_mm = min(channel.inner_mm for channel in channels)
    widest_mm = 2 * max(channel.outer_mm for channel in channels)
    yield must(
        "ledge",
        holds=innermost_mm - hole_mm >= LEDGE_MM - SAME_MM,
        value=innermost_mm - hole_mm,
        limit=LEDGE_MM,
        text=_ledge_in_words(innermost_mm - hole_mm),
        fix=(f"{_PATH}.inner_radius_mm", hole_mm + LEDGE_MM),
    )
    yield from in_stock(situation, "the rosette", widest_mm, widest_mm)
    if rosette.upper_bout_width_mm is not None:
        yield must(
            "upper_bout",
            holds=widest_mm <= rosette.upper_bout_width_mm + SAME_MM,
            value=widest_mm,
            limit=rosette.upper_bout_width_mm,
            text=f"a rosette {widest_mm:g} mm across in an upper bout of {rosette.upper_bout_width_mm:g} mm",
        )
    yield from _between(situation, channels)


def _ledge_in_words(ledge_mm: float) -> str:
    """The wood between sound hole and channel, or how far one reaches into the other.

    >>> _ledge_in_words(-1.5)
    'the channel reaches 1.5 mm into the sound hole, 2 mm of wood are needed between them'
    """
    if ledge_mm < 0:
        return (
            f"the channel reaches {-ledge_mm:g} mm into the sound hole, {LEDGE_MM:g} mm of wood are needed between them"
        )
    return f"{ledge_mm:g} mm of wood between sound hole and channel, {LEDGE_MM:g} mm are needed"


def channels_of(rosette: RosetteChannel, depth_mm: float) -> Sequence[Channel]:
    """Every channel, the first one first; those without a depth of their own have that of the first.

    Raises:
        NotAssessedError: A radius is not given.
    """
    further = [(f"{_PATH}.further_channels[{index}]", item) for index, item in enumerate(rosette.further_channels)]
    return [_known(path, channel, depth_mm) for path, channel in [(_PATH, rosette), *further]]


def _known(path: str, channel: AnnularChannel, depth_mm: float) -> Channel:
    inner_mm, outer_mm = channel.inner_radius_mm, channel.outer_radius_mm
    for field, radius_mm in (("inner_radius_mm", inner_mm), ("outer_radius_mm", outer_mm)):
        if radius_mm is None:
            raise NotAssessedError(missing(f"{path}.{field}"))
    assert inner_mm is not None
    assert outer_mm is not None
    if channel.depth_mm is None:
        return Channel(path, inner_mm, outer_mm, depth_mm, f"{_PATH}.depth_mm", channel.rings)
    return Channel(path, inner_mm, outer_mm, channel.depth_mm, f"{path}.depth_mm", channel.rings)


def _channel(situation: Situation, channel: Channel, number: int) -> Iterator[Found]:
    (diameter_mm,) = situation.need("tool.diameter_mm")
    prefix = "" if channel.path == _PATH else f"channel_{number}_"
    width_mm = channel.outer_mm - channel.inner_mm
    yield must(
        f"{prefix}tool_fits",
        holds=diameter_mm <= width_mm + SAME_MM,
        value=diameter_mm,
        limit=width_mm,
        text=f"a {diameter_mm:g} mm cutter in a channel {width_mm:g} mm wide",
        fix=("context.tool.diameter_mm", width_mm),
    )
    yield from _depth_checks(situation, channel, prefix)
    if channel.rings:
        yield from ring_checks(edges_of(channel.rings, channel.path), (channel.inner_mm, channel.outer_mm), prefix)


def _depth_checks(situation: Situation, channel: Channel, prefix: str) -> Iterator[Found]:
    depth_mm, thickness_mm = channel.depth_mm, situation.find("stock.thickness_mm")
    if thickness_mm is None:
        return  # reach has asked for it
    deepest_mm = min(0.8 * DEEPEST_SHARE * thickness_mm, thickness_mm - tolerance_mm(situation) - THINNEST_FLOOR_MM)
    fix = (channel.depth_path, max(deepest_mm, 0.0))
    yield ratio(
        f"{prefix}channel_depth",
        demand=depth_mm / thickness_mm,
        limit=DEEPEST_SHARE,
        unit="",
        text=f"a channel {depth_mm:g} mm deep takes {depth_mm / thickness_mm:.0%} of the {thickness_mm:g} mm top",
        fix=fix,
    )
    remaining_mm = thickness_mm - depth_mm - tolerance_mm(situation)
    yield must(
        f"{prefix}remaining_floor",
        holds=remaining_mm >= THINNEST_FLOOR_MM - SAME_MM,
        value=remaining_mm,
        limit=THINNEST_FLOOR_MM,
        text=f"{max(remaining_mm, 0):.2f} mm of top remain in the worst case, {THINNEST_FLOOR_MM:g} mm must",
        fix=fix,
    )


def _between(situation: Situation, channels: Sequence[Channel]) -> Iterator[Found]:
    """Channels do not overlap, and the wood between two is a wall."""
    ordered = sorted(channels, key=lambda channel: channel.inner_mm)
    for number, (near, far) in enumerate(pairwise(ordered), start=1):
        gap_mm = far.inner_mm - near.outer_mm
        yield must(
            f"channels_{number}_apart",
            holds=gap_mm >= -SAME_MM,
            value=near.outer_mm,
            limit=far.inner_mm,
            text=f"a channel starts at {far.inner_mm:g} mm, the one before ends at {near.outer_mm:g} mm",
        )
        if gap_mm >= -SAME_MM:
            yield from wall(
                situation,
                height_mm=max(near.depth_mm, far.depth_mm),
                thickness_mm=max(gap_mm, 0.0),
                name=f"channels_{number}_wall",
            )


def rings_checks(situation: Situation, operation: RosetteRings) -> Iterator[Found]:
    (depth_mm,) = situation.need_design("depth_mm")
    yield from reach(situation, depth_mm, through=operation.through)
    edges = edges_of(operation.rings, "design.rosette_rings")
    yield from ring_checks(edges, None, "")
    across_mm = 2 * max(outer for _, outer in edges)
    yield from in_stock(situation, "the rings", across_mm, across_mm)
