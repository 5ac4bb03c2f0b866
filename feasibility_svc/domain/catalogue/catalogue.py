"""What the workshop knows by name: instruments, materials, tools, machines; and the tables of bites and forces."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeVar

from feasibility_svc.domain.catalogue.calibration import Calibration, CalibrationKind
from feasibility_svc.domain.catalogue.envelope import Envelope
from feasibility_svc.domain.catalogue.force_laws import TabulatedForce
from feasibility_svc.domain.catalogue.near_entries import near_entries
from feasibility_svc.domain.catalogue.presets import CuttingPreset
from feasibility_svc.domain.catalogue.profiles import Revision
from feasibility_svc.domain.catalogue.withdrawal import Withdrawal
from feasibility_svc.domain.inputs.context import Machine, Material, Tool
from feasibility_svc.domain.scoring import errors
from feasibility_svc.domain.scoring.levels import Grade
from foundation.identity import RecordedIdentity

if TYPE_CHECKING:
    from feasibility_svc.domain.catalogue.workshop import Change

ForceModel = Literal["curti_density", "affine", "scaled", "unit_power", "kienzle", "none"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a number or a group of numbers comes from."""

    field: str
    text: str
    grade: Grade


@dataclass(frozen=True, slots=True)
class InstrumentModel:
    """A named instrument with the geometry an evaluation may take from it. All lengths in mm."""

    model_id: str
    display_name: str
    scale_length_mm: float
    fret_count: int
    nut_width_mm: float
    heel_width_mm: float
    string_spacing_mm: float
    soundhole_radius_mm: float | None
    provenance: str


@dataclass(frozen=True, slots=True)
class VersionMark:
    """What the catalogue knows of a version of an entry beside its numbers."""

    version: int = 0
    """Of the workshop's own; 1 is the first."""
    created_at_utc: str = ""
    """When the version was made; empty for what ships, and for what is older than this."""
    change_note: str = ""
    """Why; empty where nobody said."""
    identity: RecordedIdentity | None = None
    """Who made it; None for what ships, and for older entries."""
    withdrawal: Withdrawal | None = None
    """None while it may be used."""


SHIPPED = VersionMark()


@dataclass(frozen=True, slots=True)
class MaterialEntry:
    """A material of the tables."""

    material: Material
    display_name: str
    scientific_name: str
    force_model: ForceModel
    specific_cutting_force_n_per_mm2: float | None
    edge_force_n_per_mm: float | None
    red_temperature_c: float | None
    sources: tuple[Source, ...]
    note: str
    system: bool = True
    kept: VersionMark = SHIPPED

    @property
    def entry_id(self) -> str:
        return self.material.material_id

    @property
    def value(self) -> Material:
        return self.material


@dataclass(frozen=True, slots=True)
class ToolEntry:
    """A tool of the tables."""

    tool: Tool
    display_name: str
    sources: tuple[Source, ...]
    system: bool = True
    presets: tuple[CuttingPreset, ...] = ()
    """Speeds and feeds that its library gives with it."""
    kept: VersionMark = SHIPPED

    @property
    def entry_id(self) -> str:
        return self.tool.tool_id

    @property
    def value(self) -> Tool:
        return self.tool


@dataclass(frozen=True, slots=True)
class MachineEntry:
    """A machine of the tables."""

    machine: Machine
    display_name: str
    sources: tuple[Source, ...]
    system: bool = True
    kept: VersionMark = SHIPPED

    @property
    def entry_id(self) -> str:
        return self.machine.machine_id

    @property
    def value(self) -> Machine:
        return self.machine


AnyEntry = MaterialEntry | ToolEntry | MachineEntry
Entry = TypeVar("Entry")
E = TypeVar("E", MaterialEntry, ToolEntry, MachineEntry)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything known by name, each mapping sorted by id."""

    models: Mapping[str, InstrumentModel] = field(default_factory=dict)
    materials: Mapping[str, MaterialEntry] = field(default_factory=dict)
    tools: Mapping[str, ToolEntry] = field(default_factory=dict)
    machines: Mapping[str, MachineEntry] = field(default_factory=dict)
    envelope: Envelope = field(default_factory=lambda: Envelope(()))
    force_laws: Mapping[str, TabulatedForce] = field(default_factory=dict)
    """By the id of the material."""
    profiles: Mapping[str, Sequence[Revision]] = field(default_factory=dict)
    """Every revision of each, oldest first."""
    calibrations: Sequence[Calibration] = ()
    """Oldest first; of the same kind and subject the last one that is not withdrawn holds."""
    withdrawn: Mapping[str, AnyEntry] = field(default_factory=dict)
    """What is not used any more, by resource name; the mappings above are without it."""
    history: Mapping[str, Sequence["Change"]] = field(default_factory=dict)
    """What made each version of the workshop's own, oldest first, by resource name."""
    revision: str = ""
    """Digest of what the workshop added; empty while that is nothing."""

    def model(self, model_id: str) -> InstrumentModel:
        return entry_of(self.models, model_id, errors.ModelNotFoundError)

    def material(self, material_id: str) -> MaterialEntry:
        return self._usable(self.materials, material_id, errors.MaterialNotFoundError)

    def tool(self, tool_id: str) -> ToolEntry:
        return self._usable(self.tools, tool_id, errors.ToolNotFoundError)

    def machine(self, machine_id: str) -> MachineEntry:
        return self._usable(self.machines, machine_id, errors.MachineNotFoundError)

    def profile(self, profile_id: str) -> Revision:
        """The newest revision of a profile."""
        return entry_of(self.profiles, profile_id, errors.ProfileNotFoundError)[-1]

    def calibration(self, kind: CalibrationKind, subject: str) -> Calibration | None:
        """The measurement that holds for a subject, if there is one."""
        matching = [
            item
            for item in self.calibrations
            if item.kind == kind and item.subject == subject and item.withdrawal is None
        ]
        return matching[-1] if matching else None

    @property
    def every_material(self) -> Mapping[str, MaterialEntry]:
        """Also those that were withdrawn, by id; so with tools and machines."""
        return self._also_withdrawn(self.materials, MaterialEntry)

    @property
    def every_tool(self) -> Mapping[str, ToolEntry]:
        return self._also_withdrawn(self.tools, ToolEntry)

    @property
    def every_machine(self) -> Mapping[str, MachineEntry]:
        return self._also_withdrawn(self.machines, MachineEntry)

    def _also_withdrawn(self, entries: Mapping[str, E], kind: type[E]) -> Mapping[str, E]:
        gone = {entry.entry_id: entry for entry in self.withdrawn.values() if isinstance(entry, kind)}
        return dict(sorted({**entries, **gone}.items())) if gone else entries

    def _usable(self, entries: Mapping[str, E], entry_id: str, error: type[errors.EntryNotFoundError]) -> E:
        """An entry that may be evaluated with.

        Raises:
            EntryWithdrawnError: It was withdrawn.
            EntryNotFoundError: There is none.
        """
        gone = self.withdrawn.get(f"{error.kind}s/{entry_id}")
        if gone is None or gone.kept.withdrawal is None:
            return entry_of(entries, entry_id, error)
        near = near_entries(gone.value, {name: entry.value for name, entry in entries.items()})
        raise errors.EntryWithdrawnError(error.kind, entry_id, gone.kept.withdrawal.text, near)


def entry_of(entries: Mapping[str, Entry], entry_id: str, error: type[errors.EntryNotFoundError]) -> Entry:
    """An entry by its id.

    Raises:
        EntryNotFoundError: There is none.
    """
    try:
        return entries[entry_id]
    except KeyError:
        raise error(entry_id) from None
