"""Rings against one another and against the channel they are laid into."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from feasibility_svc.domain.geometry.check import SAME_MM, Found, Note, must, should
from feasibility_svc.domain.inputs.design import RosetteRing
from feasibility_svc.domain.scoring.assessment import NotAssessedError, missing

GLUE_CLEARANCE_MM = 0.2
"""Room that rings usually leave in their channel for glue [A]. [mm]"""
BARE_MM = 0.3
"""Room beside a ring that is seen. [mm]"""
Edges = tuple[float, float]
"""Inner and outer radius. [mm]"""


def edges_of(rings: Sequence[RosetteRing], path: str) -> Sequence[Edges]:
    """The edges of each ring.

    Raises:
        NotAssessedError: One is not given.
    """
    edges = []
    for index, ring in enumerate(rings):
        if ring.inner_radius_mm is None or ring.width_mm is None:
            gap = "inner_radius_mm" if ring.inner_radius_mm is None else "width_mm"
            raise NotAssessedError(missing(f"{path}.rings[{index}].{gap}"))
        edges.append((ring.inner_radius_mm, ring.inner_radius_mm + ring.width_mm))
    return edges


def ring_checks(rings: Sequence[Edges], channel: Edges | None, prefix: str) -> Iterator[Found]:
    """Rings, innermost first, that must not overlap, nor leave their channel where they have one."""
    for number, ((_, outer_mm), (inner_mm, _)) in enumerate(pairwise(rings), start=1):
        yield must(
            f"{prefix}ring_{number}_overlap",
            holds=inner_mm >= outer_mm - SAME_MM,
            value=outer_mm,
            limit=inner_mm,
            text=f"ring {number + 1} starts at {inner_mm:g} mm, ring {number} ends at {outer_mm:g} mm",
        )
    if channel is None:
        return
    yield from _within(rings, channel, prefix)
    width_mm = channel[1] - channel[0]
    room_mm = width_mm - sum(outer - inner for inner, outer in rings)
    yield should(
        f"{prefix}glue_clearance",
        holds=room_mm >= GLUE_CLEARANCE_MM - SAME_MM,
        value=room_mm,
        limit=GLUE_CLEARANCE_MM,
        text=f"the rings leave {max(room_mm, 0.0):.2f} mm for glue, {GLUE_CLEARANCE_MM:g} is usual",
    )
    yield from _bare(rings, channel)


def _within(rings: Sequence[Edges], channel: Edges, prefix: str) -> Iterator[Found]:
    innermost_mm, outermost_mm = min(inner for inner, _ in rings), max(outer for _, outer in rings)
    yield must(
        f"{prefix}rings_inside",
        holds=innermost_mm >= channel[0] - SAME_MM,
        value=innermost_mm,
        limit=channel[0],
        text=f"the rings start at {innermost_mm:g} mm, their channel at {channel[0]:g} mm",
    )
    yield must(
        f"{prefix}rings_fit",
        holds=outermost_mm <= channel[1] + SAME_MM,
        value=outermost_mm,
        limit=channel[1],
        text=f"the rings end at {outermost_mm:g} mm, their channel at {channel[1]:g} mm",
    )


def _bare(rings: Sequence[Edges], channel: Edges) -> Iterator[Found]:
    """Room that stays empty, told as it is."""
    places = [
        ("the inner wall and ring 1", rings[0][0] - channel[0]),
        *(
            (f"ring {number} and {number + 1}", inner - outer)
            for number, ((_, outer), (inner, _)) in enumerate(pairwise(rings), start=1)
        ),
        (f"ring {len(rings)} and the outer wall", channel[1] - rings[-1][1]),
    ]
    for between, room_mm in places:
        if room_mm > BARE_MM + SAME_MM:
            yield Note(f"{room_mm:.1f} mm between {between} stay empty")
