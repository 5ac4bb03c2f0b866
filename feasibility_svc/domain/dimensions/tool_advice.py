"""What to change of the tool itself: fewer flutes, or less of it outside the collet."""

from collections.abc import Iterator

from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.geometry.reach import USUAL_CLEARANCE_MM
from feasibility_svc.domain.scoring.assessment import NotAssessedError, Recommendation
from feasibility_svc.domain.scoring.levels import Category

_COUNTED = {1: "one flute", 2: "two flutes", 3: "three flutes"}
_WHOLE = 1e-9
"""What a division may be off from a whole number of flutes. [-]"""


def fewer_flutes(flute_count: float, times_the_bite: float, category: Category) -> Iterator[Recommendation]:
    """Advice to take a cutter with as many flutes as leave each a bite so many times the present one.

    >>> [advice.text for advice in fewer_flutes(4, 2.0, Category.CHIPLOAD)]
    ['take a cutter with two flutes']
    >>> list(fewer_flutes(2, 2.5, Category.CHIPLOAD))
    []
    """
    fewer = int(flute_count / times_the_bite + _WHOLE)
    if 1 <= fewer < flute_count:
        text = f"take a cutter with {_COUNTED.get(fewer, f'{fewer} flutes')}"
        yield Recommendation(category, "context.tool.flute_count", flute_count, fewer, "", text)


def shorter_stickout(situation: Situation, category: Category) -> Iterator[Recommendation]:
    """Advice to let the tool stick out as little as it may: flutes outside the collet, its nut clear of the work."""
    present_mm = situation.known("tool.stickout_mm")
    try:
        clear_mm = situation.operation_depth_mm + USUAL_CLEARANCE_MM
    except NotAssessedError:
        return
    least_mm = max(clear_mm, situation.known("tool.flute_length_mm") or 0.0)
    if present_mm is not None and least_mm < present_mm:
        text = f"let the tool stick out {least_mm:.1f} mm"
        yield Recommendation(category, "context.tool.stickout_mm", present_mm, least_mm, "mm", text)
