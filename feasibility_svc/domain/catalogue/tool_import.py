"""Tools of a library beside those that are known: what is new, what differs, what is not a tool.

A tool is known by the library's own identifier, or else by its name in its file, or by its content
(`tool_identity.py`); never by its number alone, because most tools of real libraries have the number 1.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from pydantic import ValidationError

from feasibility_svc.domain.catalogue.catalogue import Catalogue, Source, ToolEntry
from feasibility_svc.domain.catalogue.differences import differences, renamed
from feasibility_svc.domain.catalogue.tool_identity import Identities
from feasibility_svc.domain.catalogue.tool_library import LibraryTool
from feasibility_svc.domain.catalogue.tool_names import direction_of
from feasibility_svc.domain.catalogue.workshop import Change
from feasibility_svc.domain.inputs.context import Tool
from feasibility_svc.domain.scoring.levels import Grade
from foundation.abandonment import watched_each
from foundation.canonical_json import JsonMapping

Status = Literal["NEW", "CHANGED", "UNCHANGED", "SKIPPED"]
_LARGEST_NUMBER = 2**31 - 1
_MOST_NAMED = 10
_MOST_PRESETS = 100
"""Presets kept with one tool, so that an entry of the catalogue always fits into a response."""
_REQUIRED = frozenset({"diameter_mm"})
_MOST_SHOWN = 40
_EXACT_MM = 1e-6
_NO_DIAMETER = "it has no diameter that can be read"


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


def plan_import(
    catalogue: Catalogue,
    entries: Sequence[LibraryTool],
    *,
    library: str,
    file_name: str = "",
    read_back: Callable[[ToolEntry], LibraryTool] | None = None,
) -> list[ImportedTool]:
    """What happens to each entry of a library.

    Args:
        catalogue: What is known.
        entries: The library in its order.
        library: Its name and digest, the source of the numbers.
        file_name: Its name, which tools without an identifier of their own are known by.
        read_back: What a library of the same format says of a tool that was exported; None for a format that is only
            read. What such a library says otherwise is changed, and what it cannot hold stays.
    """
    ready = [_ready(entry) for entry in watched_each(entries)]
    identities = Identities(catalogue, ready, file_name)
    planned = [_plan(catalogue, entry, library, identities, read_back) for entry in watched_each(ready)]
    places: dict[str, list[int]] = {}
    for place, item in enumerate(planned):
        if item.tool is not None:
            places.setdefault(item.tool.tool.tool_id, []).append(place)
    for same in places.values():
        _settle(planned, same, catalogue)
    return planned


def _settle(planned: list[ImportedTool], places: Sequence[int], catalogue: Catalogue) -> None:
    """Decide about the entries of one identity: equal ones are one tool, and of different ones none is taken."""
    first, *others = [planned[place] for place in places]
    if any(item.says != first.says for item in others):
        names = ", ".join(repr(planned[place].entry.display_name) for place in places[:_MOST_NAMED])
        reason = f"{len(places)} different tools of this library have one identity, so none is taken: {names}"
        for place in places:
            item = planned[place]
            planned[place] = ImportedTool(item.entry, "SKIPPED", None, remarks=[reason, *item.remarks])
        return
    presets = tuple(dict.fromkeys(preset for item in (first, *others) for preset in item.entry.presets))
    if first.given is not None and presets != first.given.presets:
        merged = replace(first.given, presets=presets[:_MOST_PRESETS])
        first = replace(first, entry=replace(first.entry, presets=merged.presets))
        planned[places[0]] = first = _beside(catalogue, first, merged)
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
            changes[entry.tool.tool_id] = Change(
                "tool", entry.tool, entry.display_name, entry.sources, entry.presets or None
            )
    return list(changes.values())


def _ready(entry: LibraryTool) -> LibraryTool:
    """The entry with what the catalogue can hold of it, and remarks about the rest."""
    remarks = list(entry.remarks)
    number = entry.number
    if number is not None and abs(number) > _LARGEST_NUMBER:
        number = None
        remarks.append("its number is beyond 2147483647 and was left out")
    presets = tuple(preset for preset in entry.presets if preset.says_something)
    if len(presets) > _MOST_PRESETS:
        remarks.append(f"{_MOST_PRESETS} of its {len(presets)} presets are kept")
        presets = presets[:_MOST_PRESETS]
    numbers, wrong = _allowed(entry.numbers)
    wrong |= _too_wide(numbers)
    numbers = {name: value for name, value in numbers.items() if name not in wrong}
    skipped = entry.skipped
    if not skipped and not _REQUIRED & numbers.keys():
        skipped = wrong.pop("diameter_mm", _NO_DIAMETER)
    remarks = [*(f"{reason}; it was left out" for reason in wrong.values()), *remarks]
    return replace(entry, number=number, presets=presets, numbers=numbers, remarks=remarks, skipped=skipped)


def _allowed(numbers: JsonMapping) -> tuple[JsonMapping, dict[str, str]]:
    """The numbers that the rules of a tool allow, and what is wrong with each of the others."""
    try:
        Tool.model_validate(numbers)
    except ValidationError as error:
        wrong = {str(item["loc"][0]): _plain(item["msg"], str(item["loc"][0]), numbers) for item in error.errors()}
        return {name: value for name, value in numbers.items() if name not in wrong}, wrong
    return numbers, {}


def _too_wide(numbers: JsonMapping) -> dict[str, str]:
    """What is wider than the tool that has it, by its field."""
    diameter = numbers.get("diameter_mm")
    found: dict[str, str] = {}
    for name, share in (("corner_radius_mm", 0.5), ("tip_diameter_mm", 1.0)):
        value = numbers.get(name)
        if (
            isinstance(diameter, int | float)
            and isinstance(value, int | float)
            and value > share * diameter + _EXACT_MM
        ):
            found[name] = f"{name} {value:g} does not fit a diameter of {diameter:g} mm"
    return found


def _plain(message: str, field: str, numbers: JsonMapping) -> str:
    """A rule's message as a sentence about a number."""
    value = numbers[field]
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return f"{field} {text[:_MOST_SHOWN]} is not allowed: it {message.removeprefix('Input ')}"


def _plan(
    catalogue: Catalogue,
    entry: LibraryTool,
    library: str,
    identities: Identities,
    read_back: Callable[[ToolEntry], LibraryTool] | None,
) -> ImportedTool:
    remarks = [*entry.remarks, *(remark for preset in entry.presets for remark in preset.remarks)]
    if entry.skipped:
        return ImportedTool(entry, "SKIPPED", None, remarks=[entry.skipped, *remarks])
    ours = identities.was_exported(entry)
    direction = {} if ours or "flute_direction" in entry.numbers else direction_of(entry)
    remarks.extend(f"{field} {value} is read from the name" for field, value in direction.items())
    tool = Tool.model_validate({**entry.numbers, **direction})
    tool = tool.model_copy(update={"tool_id": identities.tool_id(entry, tool)})
    gone = catalogue.withdrawn.get(f"tools/{tool.tool_id}")
    if gone is not None and gone.kept.withdrawal is not None:
        return ImportedTool(entry, "SKIPPED", None, remarks=[f"it was {gone.kept.withdrawal.text}", *remarks])
    source = Source("*", f"imported from {library}", Grade.C)
    new = ToolEntry(tool, entry.display_name, (source,), system=False, presets=tuple(entry.presets))
    known = catalogue.tools.get(tool.tool_id)
    if known is not None and read_back is not None and ours:
        new = _changed_since(known, new, _ready(read_back(known)))
        entry = replace(entry, presets=new.presets)
        if known.system and _conflicts(known, new):
            reason = f"{tool.tool_id} ships with the server and is never changed; copy it under an id of your own"
            return ImportedTool(entry, "SKIPPED", None, remarks=[reason, *_conflicts(known, new)])
    return _beside(catalogue, ImportedTool(entry, "NEW", new, remarks=remarks), new)


def _changed_since(known: ToolEntry, read: ToolEntry, unchanged: LibraryTool) -> ToolEntry:
    """A tool that was exported, with what has been changed in the library since.

    Args:
        known: The tool.
        read: What the library says of it.
        unchanged: What it would say if nobody had changed it.
    """
    before = Tool.model_validate(unchanged.numbers)
    update = {
        field: value
        for field in Tool.model_fields
        if field != "tool_id" and (value := getattr(read.tool, field)) != getattr(before, field)
    }
    same_presets = set(read.presets) == set(unchanged.presets)
    return replace(
        read,
        tool=known.tool.model_copy(update=update),
        display_name=known.display_name if read.display_name == unchanged.display_name else read.display_name,
        presets=known.presets if same_presets else read.presets,
    )


def _beside(catalogue: Catalogue, item: ImportedTool, given: ToolEntry) -> ImportedTool:
    """The entry with its status, beside what is known of the same tool."""
    known = catalogue.tools.get(given.tool.tool_id)
    if known is None:
        return replace(item, status="NEW", tool=given, given=given)
    conflicts = _conflicts(known, given)
    if conflicts:
        return replace(item, status="CHANGED", tool=given, given=given, conflicts=conflicts)
    return replace(item, status="UNCHANGED", tool=known, given=given, conflicts=())


def _conflicts(known: ToolEntry, new: ToolEntry) -> list[str]:
    """Fields that differ, each with both values."""
    found = [*differences(known.tool, new.tool), *renamed(known.display_name, new.display_name)]
    if new.presets and known.presets != new.presets:
        found.append(f"presets: {len(known.presets)} before, {len(new.presets)} now")
    return found
