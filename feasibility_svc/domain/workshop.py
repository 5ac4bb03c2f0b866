"""What a workshop adds to the catalogue: changes in the order they were made, and the catalogue they lead to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from pydantic import BaseModel

from feasibility_svc.domain import errors
from feasibility_svc.domain.calibration import Calibration
from feasibility_svc.domain.catalogue import Catalogue, MachineEntry, MaterialEntry, Source, ToolEntry
from feasibility_svc.domain.context import Machine, Material, Tool
from feasibility_svc.domain.levels import Grade
from feasibility_svc.domain.profiles import ConstraintProfile, Revision
from rpckit import canonical_json
from rpckit.canonical_json import JsonObject

Entry = TypeVar("Entry")
UNSAID = "entered by the workshop"
"""Source of entries whose numbers nobody gave a source for."""
SCHEMA = "rmos.catalogue/1"
Kind = Literal["material", "tool", "machine", "profile", "calibration"]
_RULES: dict[str, type[BaseModel]] = {
    "material": Material,
    "tool": Tool,
    "machine": Machine,
    "profile": Revision,
    "calibration": Calibration,
}


@dataclass(frozen=True, slots=True)
class Change:
    """One addition: the value, and for entries their name and where the numbers come from."""

    kind: Kind
    value: BaseModel
    display_name: str = ""
    sources: tuple[Source, ...] = ()

    def to_json(self) -> JsonObject:
        """The change as one JSON object."""
        return {
            "schema": SCHEMA,
            "kind": self.kind,
            "value": self.value.model_dump(mode="json", exclude_none=True),
            "display_name": self.display_name,
            "sources": [{"field": item.field, "text": item.text, "grade": item.grade.value} for item in self.sources],
        }

    @classmethod
    def from_json(cls, value: JsonObject) -> "Change":
        """The change a JSON object holds.

        Raises:
            ValueError: It holds none.
        """
        kind = value.get("kind")
        if value.get("schema") != SCHEMA or kind not in _RULES:
            raise ValueError(f"{value.get('schema')!r} {kind!r} is not a change of the catalogue")
        sources = tuple(
            Source(item["field"], item["text"], Grade(item["grade"]))
            for item in value["sources"]  # type: ignore[union-attr]
            if isinstance(item, dict)
        )
        rules = _RULES[str(kind)].model_validate(value["value"])
        return cls(kind, rules, str(value["display_name"]), sources)  # type: ignore[arg-type]


def apply(catalogue: Catalogue, changes: Iterable[Change]) -> Catalogue:
    """The catalogue with changes made in their order."""
    for change in changes:
        digest = canonical_json.sha256_hex(
            (catalogue.revision + canonical_json.dumps(change.to_json()).decode()).encode()
        )
        catalogue = replace(_applied(catalogue, change), revision=digest)
    return catalogue


def _applied(catalogue: Catalogue, change: Change) -> Catalogue:
    match change.value:
        case Material() as material:
            entry = _material_entry(change, material)
            return replace(catalogue, materials=_with(catalogue.materials, material.material_id, entry))
        case Tool() as tool:
            new_tool = ToolEntry(tool, change.display_name, change.sources, system=False)
            return replace(catalogue, tools=_with(catalogue.tools, tool.tool_id, new_tool))
        case Machine() as machine:
            new_machine = MachineEntry(machine, change.display_name, change.sources, system=False)
            return replace(catalogue, machines=_with(catalogue.machines, machine.machine_id, new_machine))
        case Revision() as revision:
            profile_id = revision.profile.profile_id
            history = (*catalogue.profiles.get(profile_id, ()), revision)
            return replace(catalogue, profiles=_with(catalogue.profiles, profile_id, history))
        case Calibration() as calibration:
            return replace(catalogue, calibrations=(*catalogue.calibrations, calibration))
        case _:
            raise ValueError(f"{change.kind} is not a change of the catalogue")


def _with(entries: Mapping[str, Entry], entry_id: str, entry: Entry) -> dict[str, Entry]:
    return dict(sorted({**entries, entry_id: entry}.items()))


def _material_entry(change: Change, material: Material) -> MaterialEntry:
    wood = material.kind in {"SOFTWOOD", "HARDWOOD"}
    return MaterialEntry(
        material=material,
        display_name=change.display_name,
        scientific_name=material.species,
        force_model="curti_density" if wood else "none",
        specific_cutting_force_n_per_mm2=None,
        edge_force_n_per_mm=None,
        red_temperature_c=None,
        sources=change.sources,
        note="",
        system=False,
    )


def check_writable(catalogue: Catalogue, kind: Kind, entry_id: str) -> None:
    """Refuse to change what ships.

    Raises:
        EntryReadOnlyError: The entry ships with the server.
    """
    entries: dict[str, Mapping[str, MaterialEntry | ToolEntry | MachineEntry | Revision]] = {
        "material": catalogue.materials,
        "tool": catalogue.tools,
        "machine": catalogue.machines,
        "profile": {profile_id: history[0] for profile_id, history in catalogue.profiles.items()},
    }
    entry = entries[kind].get(entry_id)
    if entry is not None and entry.system:
        raise errors.EntryReadOnlyError(kind, entry_id)


def addition(catalogue: Catalogue, change: Change, entry_id: str) -> list[Change]:
    """The change that adds an entry; none when the newest one is the same.

    Raises:
        EntryReadOnlyError: The entry ships with the server.
    """
    check_writable(catalogue, change.kind, entry_id)
    known: dict[str, Mapping[str, MaterialEntry | ToolEntry | MachineEntry]] = {
        "material": catalogue.materials,
        "tool": catalogue.tools,
        "machine": catalogue.machines,
    }
    entry = known[change.kind].get(entry_id)
    return [] if entry is not None and _adds_nothing(change, entry, entry_id) else [change]


def _adds_nothing(change: Change, entry: MaterialEntry | ToolEntry | MachineEntry, entry_id: str) -> bool:
    """Whether an entry says all of a change. A name or source that nobody gave says nothing."""
    value: BaseModel
    match entry:
        case MaterialEntry():
            value = entry.material
        case ToolEntry():
            value = entry.tool
        case MachineEntry():
            value = entry.machine
    return (
        value == change.value
        and change.display_name in {entry_id, entry.display_name}
        and (change.sources == entry.sources or {source.text for source in change.sources} <= {UNSAID})
    )


def revision(catalogue: Catalogue, profile: ConstraintProfile, *, created_at_utc: str, note: str) -> list[Change]:
    """The change that makes a profile the newest revision of its id; none when it is that already.

    Raises:
        EntryReadOnlyError: The profile ships with the server.
    """
    check_writable(catalogue, "profile", profile.profile_id)
    history = catalogue.profiles.get(profile.profile_id, ())
    if history and history[-1].profile == profile:
        return []
    number = len(history) + 1
    return [
        Change("profile", Revision(profile=profile, revision=number, created_at_utc=created_at_utc, change_note=note))
    ]


def measurement(catalogue: Catalogue, calibration: Calibration) -> list[Change]:
    """The change that keeps a calibration; none when its id is known: the first one stays."""
    known = {item.calibration_id for item in catalogue.calibrations}
    return [] if calibration.calibration_id in known else [Change("calibration", calibration)]
