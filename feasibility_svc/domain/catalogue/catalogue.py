"""What the workshop knows by name: instruments, materials, tools, machines; and the tables of bites and forces."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from feasibility_svc.domain.catalogue.calibration import Calibration, CalibrationKind
from feasibility_svc.domain.catalogue.envelope import Envelope
from feasibility_svc.domain.catalogue.force_laws import TabulatedForce
from feasibility_svc.domain.catalogue.presets import CuttingPreset
from feasibility_svc.domain.catalogue.profiles import Revision
from feasibility_svc.domain.inputs.context import Machine, Material, Tool
from feasibility_svc.domain.scoring import errors
from feasibility_svc.domain.scoring.levels import Grade
from foundation.identity import RecordedIdentity

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
    identity: RecordedIdentity | None = None
    """Who made it; None for what ships, and for older entries."""

    @property
    def genus(self) -> str:
        return self.scientific_name.split(" ", 1)[0]


@dataclass(frozen=True, slots=True)
class ToolEntry:
    """A tool of the tables."""

    tool: Tool
    display_name: str
    sources: tuple[Source, ...]
    system: bool = True
    presets: tuple[CuttingPreset, ...] = ()
    """Speeds and feeds that its library gives with it."""
    identity: RecordedIdentity | None = None
    """Who made it; None for what ships, and for older entries."""


@dataclass(frozen=True, slots=True)
class MachineEntry:
    """A machine of the tables."""

    machine: Machine
    display_name: str
    sources: tuple[Source, ...]
    system: bool = True
    identity: RecordedIdentity | None = None
    """Who made it; None for what ships, and for older entries."""


Entry = TypeVar("Entry")


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
    """Oldest first; of the same kind and subject the last one holds."""
    revision: str = ""
    """Digest of what the workshop added; empty while that is nothing."""

    def model(self, model_id: str) -> InstrumentModel:
        return _get(self.models, model_id, errors.ModelNotFoundError)

    def material(self, material_id: str) -> MaterialEntry:
        return _get(self.materials, material_id, errors.MaterialNotFoundError)

    def tool(self, tool_id: str) -> ToolEntry:
        return _get(self.tools, tool_id, errors.ToolNotFoundError)

    def machine(self, machine_id: str) -> MachineEntry:
        return _get(self.machines, machine_id, errors.MachineNotFoundError)

    def profile(self, profile_id: str) -> Revision:
        """The newest revision of a profile."""
        return _get(self.profiles, profile_id, errors.ProfileNotFoundError)[-1]

    def calibration(self, kind: CalibrationKind, subject: str) -> Calibration | None:
        """The measurement that holds for a subject, if there is one."""
        matching = [item for item in self.calibrations if item.kind == kind and item.subject == subject]
        return matching[-1] if matching else None


def _get(entries: Mapping[str, Entry], entry_id: str, error: type[errors.EntryNotFoundError]) -> Entry:
    try:
        return entries[entry_id]
    except KeyError:
        raise error(entry_id) from None
