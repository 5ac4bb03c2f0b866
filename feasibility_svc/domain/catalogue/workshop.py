"""What a workshop adds to the catalogue: changes in the order they were made, and the catalogue they lead to."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ValidationError

from feasibility_svc.domain.catalogue.calibration import Calibration
from feasibility_svc.domain.catalogue.catalogue import (
    AnyEntry,
    Catalogue,
    MachineEntry,
    MaterialEntry,
    Source,
    ToolEntry,
    VersionMark,
)
from feasibility_svc.domain.catalogue.presets import CuttingPreset
from feasibility_svc.domain.catalogue.profiles import Revision
from feasibility_svc.domain.catalogue.withdrawal import Withdrawal
from feasibility_svc.domain.inputs.context import Machine, Material, Tool
from feasibility_svc.domain.scoring.levels import Grade
from foundation import canonical_json
from foundation.canonical_json import JsonObject, JsonValue
from foundation.identity import RecordedIdentity, made_by
from foundation.json_members import text

Entry = TypeVar("Entry")
UNSAID = "entered by the workshop"
"""Source of entries whose numbers nobody gave a source for."""
SCHEMA = "rmos.catalogue/1"
Kind = Literal["material", "tool", "machine", "profile", "calibration", "withdrawal"]
_RULES: dict[str, type[BaseModel]] = {
    "material": Material,
    "tool": Tool,
    "machine": Machine,
    "profile": Revision,
    "calibration": Calibration,
    "withdrawal": Withdrawal,
}


@dataclass(frozen=True, slots=True)
class Change:
    """One addition or withdrawal: the value, and for entries their name and where the numbers come from."""

    kind: Kind
    value: BaseModel
    display_name: str = ""
    sources: tuple[Source, ...] = ()
    presets: tuple[CuttingPreset, ...] | None = None
    """Recorded with a tool; None says nothing of them, and what is there stays."""
    identity: RecordedIdentity | None = None
    """Who makes it; None in older journals."""
    created_at_utc: str = ""
    """When it is made; empty in older journals."""
    change_note: str = ""
    """Why; empty where nobody said."""

    @property
    def resource(self) -> str:
        """The name of what it makes a version of; empty for a profile, whose revisions are counted apart."""
        match self.value:
            case Material(material_id=entry_id):
                return f"materials/{entry_id}"
            case Tool(tool_id=entry_id):
                return f"tools/{entry_id}"
            case Machine(machine_id=entry_id):
                return f"machines/{entry_id}"
            case Calibration(calibration_id=entry_id):
                return f"calibrations/{entry_id}"
            case Withdrawal(resource=name):
                return name
        return ""

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
        if self.created_at_utc:
            value["created_at_utc"] = self.created_at_utc
        if self.change_note:
            value["change_note"] = self.change_note
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
        when, note = text(value, "created_at_utc"), text(value, "change_note")
        name = str(value["display_name"])
        return cls(kind, rules, name, sources, presets, made_by(value), when, note)  # type: ignore[arg-type]


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
    """The catalogue with changes made in their order.

    Raises:
        ValueError: They do not follow from each other.
    """
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
        self._calibrations = list(catalogue.calibrations)
        self._withdrawn = dict(catalogue.withdrawn)
        self._history = dict(catalogue.history)

    def make(self, change: Change) -> None:
        self._revision = revision_after(self._revision, change)
        resource = change.resource
        if resource:
            self._history[resource] = (*self._history.get(resource, ()), change)
        version = len(self._history.get(resource, ()))
        kept = VersionMark(version, change.created_at_utc, change.change_note, change.identity)
        match change.value:
            case Material() as material:
                self._materials[material.material_id] = _material_entry(change, material, kept)
                self._withdrawn.pop(resource, None)
            case Tool() as tool:
                before = self._tools.get(tool.tool_id) or self._withdrawn.pop(resource, None)
                self._tools[tool.tool_id] = _tool_entry(change, tool, before, kept)
            case Machine() as machine:
                entry = MachineEntry(machine, change.display_name, change.sources, system=False, kept=kept)
                self._machines[machine.machine_id] = entry
                self._withdrawn.pop(resource, None)
            case Withdrawal() as withdrawal:
                said = {"created_at_utc": change.created_at_utc, "identity": change.identity}
                self._withdraw(withdrawal.model_copy(update=said), version)
            case Revision() as revision:
                self._profiles.setdefault(revision.profile.profile_id, []).append(
                    revision.model_copy(update={"identity": change.identity})
                )
            case Calibration() as calibration:
                self._calibrations.append(calibration.model_copy(update={"identity": change.identity}))
            case _:
                raise ValueError(f"{change.kind} is not a change of the catalogue")

    def _withdraw(self, withdrawal: Withdrawal, version: int) -> None:
        collection, _, entry_id = withdrawal.resource.partition("/")
        if collection == "calibrations":
            self._calibrations = [
                item.model_copy(update={"withdrawal": withdrawal}) if item.calibration_id == entry_id else item
                for item in self._calibrations
            ]
            return
        usable: Mapping[str, dict[str, Any]] = {
            "materials": self._materials,
            "tools": self._tools,
            "machines": self._machines,
        }
        gone: AnyEntry | None = usable[collection].pop(entry_id, None)
        if gone is None:
            raise ValueError(f"{withdrawal.resource} is withdrawn and was never added")
        said = replace(gone.kept, version=version, withdrawal=withdrawal)
        self._withdrawn[withdrawal.resource] = replace(gone, kept=said)

    def catalogue(self) -> Catalogue:
        before = self._before
        profiles = {name: (*before.profiles.get(name, ()), *added) for name, added in self._profiles.items()}
        return replace(
            before,
            materials=_in_order(before.materials, self._materials),
            tools=_in_order(before.tools, self._tools),
            machines=_in_order(before.machines, self._machines),
            profiles=dict(sorted({**before.profiles, **profiles}.items())) if profiles else before.profiles,
            calibrations=tuple(self._calibrations),
            withdrawn=self._withdrawn,
            history=self._history,
            revision=self._revision,
        )


def earlier(
    catalogue: Catalogue, additions: Iterable[Sequence[Change]], is_wanted: Callable[[str], bool]
) -> Catalogue | None:
    """The newest state of a catalogue whose revision is the wanted one; None where none is.

    Args:
        catalogue: Before anything was added.
        additions: What was added together, in its order.
        is_wanted: Asked of the revision of each state.
    """
    revision, changes = catalogue.revision, list[Change]()
    found = 0 if is_wanted(revision) else None
    for added in additions:
        for change in added:
            revision = revision_after(revision, change)
        changes += added
        if is_wanted(revision):
            found = len(changes)
    return None if found is None else apply(catalogue, changes[:found])


def revision_after(revision: str, change: Change) -> str:
    """The revision of a catalogue once a change is made to it."""
    return canonical_json.sha256_hex(revision.encode() + canonical_json.dumps(change.to_json()))


def _in_order(before: Mapping[str, Entry], after: dict[str, Entry]) -> Mapping[str, Entry]:
    return before if before == after else dict(sorted(after.items()))


def _tool_entry(change: Change, tool: Tool, before: AnyEntry | None, kept: VersionMark) -> ToolEntry:
    presets = change.presets
    if presets is None:
        presets = before.presets if isinstance(before, ToolEntry) else ()
    return ToolEntry(tool, change.display_name, change.sources, system=False, presets=presets, kept=kept)


def _material_entry(change: Change, material: Material, kept: VersionMark) -> MaterialEntry:
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
        kept=kept,
    )


def in_the_name_of(identity: RecordedIdentity, changes: Sequence[Change], *, now: str) -> list[Change]:
    """Changes that say who makes them, and when."""
    return [replace(change, identity=identity, created_at_utc=now) for change in changes]
