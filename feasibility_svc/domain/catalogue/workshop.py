"""What a workshop adds to the catalogue: changes in the order they were made, and the catalogue they lead to."""

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ValidationError

from feasibility_svc.domain.catalogue.calibration import Calibration
from feasibility_svc.domain.catalogue.catalogue import Catalogue, MachineEntry, MaterialEntry, Source, ToolEntry
from feasibility_svc.domain.catalogue.presets import CuttingPreset
from feasibility_svc.domain.catalogue.profiles import ConstraintProfile, Revision
from feasibility_svc.domain.inputs.context import Machine, Material, Tool
from feasibility_svc.domain.scoring import errors
from feasibility_svc.domain.scoring.levels import Grade
from foundation import canonical_json
from foundation.canonical_json import JsonObject, JsonValue
from foundation.identity import RecordedIdentity, made_by

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
    presets: tuple[CuttingPreset, ...] | None = None
    """Kept with a tool; None says nothing of them, and what is there stays."""
    identity: RecordedIdentity | None = None
    """Who makes it; None in older journals."""

    def to_json(self) -> JsonObject:
        """The change as one JSON object."""
        value: JsonObject = {
            "schema": SCHEMA,
            "kind": self.kind,
            "value": self.value.model_dump(mode="json", exclude_none=True),
            "display_name": self.display_name,
            "sources": [{"field": item.field, "text": item.text, "grade": item.grade.value} for item in self.sources],
        }
        if self.presets is not None:
            value["presets"] = [preset.to_json() for preset in self.presets]
        return value if self.identity is None else {**value, "identity": self.identity.to_json()}

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
        rules = _as_kept(_RULES[str(kind)], value["value"])
        found = value.get("presets")
        presets = tuple(CuttingPreset.from_json(item) for item in found) if isinstance(found, list) else None
        return cls(kind, rules, str(value["display_name"]), sources, presets, made_by(value))  # type: ignore[arg-type]


def _as_kept(rules: type[BaseModel], value: JsonValue) -> BaseModel:
    """What was stored. A number that was taken when the ranges were wider becomes the end of its range.

    Raises:
        ValueError: The value breaks another rule.
    """
    try:
        return rules.model_validate(value)
    except ValidationError as error:
        return rules.model_validate(_within_ranges(value, error))


def _within_ranges(value: JsonValue, error: ValidationError) -> Any:
    held: Any = deepcopy(value)
    for item in error.errors():
        limits = item.get("ctx", {})
        limit = limits.get("ge", limits.get("le"))
        if limit is None:
            raise error
        *outer, last = item["loc"]
        target = held
        for step in outer:
            target = target[step]
        target[last] = limit
    return held


def apply(catalogue: Catalogue, changes: Iterable[Change]) -> Catalogue:
    """The catalogue with changes made in their order."""
    growing = _Growing(catalogue)
    for change in changes:
        growing.make(change)
    return growing.catalogue()


class _Growing:
    """A catalogue while changes are made: copied and put in order once, however many they are."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._before = catalogue
        self._revision = catalogue.revision
        self._materials = dict(catalogue.materials)
        self._tools = dict(catalogue.tools)
        self._machines = dict(catalogue.machines)
        self._profiles: dict[str, list[Revision]] = {}
        self._calibrations: list[Calibration] = []

    def make(self, change: Change) -> None:
        document = canonical_json.dumps(change.to_json())
        self._revision = canonical_json.sha256_hex(self._revision.encode() + document)
        match change.value:
            case Material() as material:
                self._materials[material.material_id] = _material_entry(change, material)
            case Tool() as tool:
                self._tools[tool.tool_id] = _tool_entry(change, tool, self._tools.get(tool.tool_id))
            case Machine() as machine:
                entry = MachineEntry(
                    machine, change.display_name, change.sources, system=False, identity=change.identity
                )
                self._machines[machine.machine_id] = entry
            case Revision() as revision:
                self._profiles.setdefault(revision.profile.profile_id, []).append(
                    revision.model_copy(update={"identity": change.identity})
                )
            case Calibration() as calibration:
                self._calibrations.append(calibration.model_copy(update={"identity": change.identity}))
            case _:
                raise ValueError(f"{change.kind} is not a change of the catalogue")

    def catalogue(self) -> Catalogue:
        before = self._before
        profiles = {name: (*before.profiles.get(name, ()), *added) for name, added in self._profiles.items()}
        return replace(
            before,
            materials=_in_order(before.materials, self._materials),
            tools=_in_order(before.tools, self._tools),
            machines=_in_order(before.machines, self._machines),
            profiles=dict(sorted({**before.profiles, **profiles}.items())) if profiles else before.profiles,
            calibrations=(*before.calibrations, *self._calibrations) if self._calibrations else before.calibrations,
            revision=self._revision,
        )


def _in_order(before: Mapping[str, Entry], after: dict[str, Entry]) -> Mapping[str, Entry]:
    return before if before == after else dict(sorted(after.items()))


def _tool_entry(change: Change, tool: Tool, before: ToolEntry | None) -> ToolEntry:
    kept = () if before is None else before.presets
    presets = kept if change.presets is None else change.presets
    return ToolEntry(tool, change.display_name, change.sources, system=False, presets=presets, identity=change.identity)


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
        identity=change.identity,
    )


def in_the_name_of(identity: RecordedIdentity, changes: Sequence[Change]) -> list[Change]:
    """Changes that say who makes them."""
    return [replace(change, identity=identity) for change in changes]


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
        case _:
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
