"""Tools of a library beside those that are known: what is new, what differs, what is not a tool.

A tool is known by the library's own identifier, or else by its content; never by its number, because most tools of real
libraries have the number 1.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from pydantic import ValidationError

from feasibility_svc.domain.catalogue.catalogue import Catalogue, Source, ToolEntry
from feasibility_svc.domain.catalogue.workshop import Change
from feasibility_svc.domain.inputs.context import Tool
from feasibility_svc.domain.scoring.levels import Grade
from foundation import canonical_json
from foundation.abandonment import watched_each

Status = Literal["NEW", "CHANGED", "UNCHANGED", "SKIPPED"]
_ID_LENGTH = 12
_LARGEST_NUMBER = 2**31 - 1
_MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class CuttingPreset:
    """Speeds and feeds of a library; None where it gives none, because none is made up. Lengths in mm."""

    name: str
    material: str = ""
    spindle_speed_rpm: float | None = None
    feed_rate_mm_per_min: float | None = None
    plunge_rate_mm_per_min: float | None = None
    axial_depth_mm: float | None = None
    radial_width_mm: float | None = None

    @property
    def remarks(self) -> list[str]:
        """What a person should know before using it."""
        found = []
        if self.axial_depth_mm is None:
            found.append(f"preset {self.name!r}: no stepdown given")
        feed, plunge = self.feed_rate_mm_per_min, self.plunge_rate_mm_per_min
        if feed is not None and plunge is not None and plunge >= feed:
            found.append(f"preset {self.name!r}: plunge not below feed")
        return found


@dataclass(frozen=True, slots=True)
class LibraryTool:
    """One entry of a library as its reader understands it."""

    source_id: str
    number: int | None
    display_name: str
    numbers: Mapping[str, Any]
    """Fields of a Tool, lengths in mm."""
    presets: Sequence[CuttingPreset] = ()
    remarks: Sequence[str] = ()
    skipped: str = ""
    """Why it is no tool; empty when it is one."""


@dataclass(frozen=True, slots=True)
class ImportedTool:
    """An entry of a library beside what is known."""

    entry: LibraryTool
    status: Status
    tool: ToolEntry | None
    conflicts: Sequence[str] = ()
    remarks: Sequence[str] = field(default_factory=tuple)
    given: ToolEntry | None = None
    """The tool as the library describes it; None when it is none."""

    @property
    def says(self) -> tuple[Tool, str] | None:
        """What the library says of the tool itself."""
        return None if self.given is None else (self.given.tool, self.given.display_name)


def plan_import(catalogue: Catalogue, entries: Sequence[LibraryTool], *, library: str) -> list[ImportedTool]:
    """What happens to each entry of a library.

    Args:
        catalogue: What is known.
        entries: The library in its order.
        library: Its name and digest, the source of the numbers.
    """
    planned = [_plan(catalogue, _numbered(entry), library) for entry in watched_each(entries)]
    places: dict[str, list[int]] = {}
    for place, item in enumerate(planned):
        if item.tool is not None:
            places.setdefault(item.tool.tool.tool_id, []).append(place)
    for same in places.values():
        _settle(planned, same)
    return planned


def _settle(planned: list[ImportedTool], places: Sequence[int]) -> None:
    """Decide about the entries of one identity: equal ones are one tool, and of different ones none is taken."""
    first, *others = [planned[place] for place in places]
    if any(item.says != first.says for item in others):
        names = ", ".join(repr(planned[place].entry.display_name) for place in places[:_MOST_NAMED])
        reason = f"{len(places)} different tools of this library have one identity, so none is taken: {names}"
        for place in places:
            item = planned[place]
            planned[place] = ImportedTool(item.entry, "SKIPPED", None, remarks=[reason, *item.remarks])
        return
    presets = dict.fromkeys(preset for item in (first, *others) for preset in item.entry.presets)
    planned[places[0]] = replace(first, entry=replace(first.entry, presets=tuple(presets)))
    for place in places[1:]:
        item = planned[place]
        remarks = ["the same tool as an entry before", *item.remarks]
        planned[place] = ImportedTool(item.entry, "UNCHANGED", first.tool, remarks=remarks)


def changes_of(imported: Sequence[ImportedTool]) -> list[Change]:
    """The changes of the catalogue that an import makes, once per tool."""
    changes: dict[str, Change] = {}
    for item in imported:
        if item.status in {"NEW", "CHANGED"} and item.tool is not None:
            entry = item.tool
            changes[entry.tool.tool_id] = Change("tool", entry.tool, entry.display_name, entry.sources)
    return list(changes.values())


def _numbered(entry: LibraryTool) -> LibraryTool:
    """The entry; without its number where that is none a machine could have."""
    if entry.number is None or abs(entry.number) <= _LARGEST_NUMBER:
        return entry
    return replace(entry, number=None, remarks=[*entry.remarks, "its number is beyond 2147483647 and was left out"])


def _plan(catalogue: Catalogue, entry: LibraryTool, library: str) -> ImportedTool:
    remarks = [*entry.remarks, *(remark for preset in entry.presets for remark in preset.remarks)]
    if entry.skipped:
        return ImportedTool(entry, "SKIPPED", None, remarks=[entry.skipped, *remarks])
    try:
        tool = Tool.model_validate(entry.numbers)
    except ValidationError as error:
        reasons = [f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors()]
        return ImportedTool(entry, "SKIPPED", None, remarks=[*reasons, *remarks])
    tool = tool.model_copy(update={"tool_id": _tool_id(entry)})
    known = catalogue.tools.get(tool.tool_id)
    new = ToolEntry(tool, entry.display_name, (Source("*", f"imported from {library}", Grade.C),), system=False)
    if known is None:
        return ImportedTool(entry, "NEW", new, remarks=remarks, given=new)
    conflicts = _conflicts(known, new)
    if not conflicts:
        return ImportedTool(entry, "UNCHANGED", known, remarks=remarks, given=new)
    return ImportedTool(entry, "CHANGED", new, conflicts, remarks, given=new)


def _tool_id(entry: LibraryTool) -> str:
    """An id that depends on the tool's identity alone."""
    identity = entry.source_id or canonical_json.dumps({"name": entry.display_name, **entry.numbers}).decode()
    return f"imported_{canonical_json.sha256_hex(identity.encode())[:_ID_LENGTH]}"


def _conflicts(known: ToolEntry, new: ToolEntry) -> list[str]:
    """Fields that differ, each with both values."""
    before, after = known.tool.model_dump(exclude_none=True), new.tool.model_dump(exclude_none=True)
    found = [
        f"{name}: {before.get(name, 'nothing')} before, {after.get(name, 'nothing')} now"
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    ]
    if known.display_name != new.display_name:
        found.append(f"name: {known.display_name!r} before, {new.display_name!r} now")
    return found
