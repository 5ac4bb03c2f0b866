"""What a format of tool libraries does not hold of a tool: what does not come back from it."""

from collections.abc import Sequence
from dataclasses import dataclass

from feasibility_svc.domain.catalogue.catalogue import ToolEntry
from feasibility_svc.domain.catalogue.tool_library import LibraryTool


@dataclass(frozen=True, slots=True)
class Omission:
    """What a library does not say of a tool."""

    entry: ToolEntry
    not_held: Sequence[str] = ()
    """A sentence each: fields that are missing there, and those that stand there as something else."""
    left_out: str = ""
    """Why the tool is not in the library at all; empty where it is."""


def omission_of(entry: ToolEntry, back: LibraryTool) -> Omission:
    """What is missing of a tool.

    Args:
        entry: The tool.
        back: What the format's own reader makes of it once it is written.
    """
    if back.skipped or "diameter_mm" not in back.numbers:
        return Omission(entry, left_out=back.skipped or "it has no diameter")
    numbers = entry.tool.model_dump(exclude={"tool_id"}, exclude_none=True)
    found = []
    for field, value in numbers.items():
        held = back.numbers.get(field)
        if held is None:
            found.append(f"{field} is not held")
        elif held != value:
            found.append(f"{field} {value} is held as {held}")
    found += [f"{field} is held as {held}" for field, held in back.numbers.items() if field not in numbers]
    if back.display_name != entry.display_name:
        found.append(f"its name is held as {back.display_name!r}")
    kept = len(set(back.presets) & set(entry.presets))
    if kept < len(entry.presets):
        found.append(f"{len(entry.presets) - kept} of {len(entry.presets)} presets are not held whole")
    return Omission(entry, found)
