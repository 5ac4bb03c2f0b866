"""What the catalogue says of a tool's edge is told with every verdict that rests on it, whatever the request says."""

from dataclasses import replace

from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.scoring.assessment import Assessment
from feasibility_svc.domain.scoring.levels import Category

_LEAST_WORN_FIRST = ("SHARP", "USED", "WORN", "DULL")
_TOLD = frozenset({"WORN", "DULL"})


def with_marked_wear(assessment: Assessment, situation: Situation) -> Assessment:
    """The assessment of the bite with a warning where the workshop has marked the tool as worn or dull."""
    entry, stated = situation.tool_entry, situation.context.tool.wear
    marked = entry.tool.wear if entry is not None else None
    if entry is None or marked not in _TOLD or assessment.category is not Category.CHIPLOAD:
        return assessment
    mark = f"the catalogue has the tool {entry.entry_id!r} as {marked.lower()}"
    if entry.kept.created_at_utc:
        mark = f"{mark} since {entry.kept.created_at_utc[:10]}"
    if entry.kept.change_note:
        mark = f"{mark} ({entry.kept.change_note})"
    if stated is not None and _LEAST_WORN_FIRST.index(stated) < _LEAST_WORN_FIRST.index(marked):
        mark = f"{mark}, and the request says {stated.lower()}: look at the edge, or revise the catalogue"
    return replace(assessment, warnings=[*assessment.warnings, mark])
