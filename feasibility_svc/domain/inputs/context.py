"""With what and how: the rule book for `rmos.type.v1.Context`. Field names are the contract's."""

from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, model_validator

from feasibility_svc.domain.inputs.toolpaths import Toolpaths
from feasibility_svc.domain.scoring.quantities import (
    Angle,
    Class,
    Diameter,
    FeedRate,
    Force,
    Label,
    Length,
    LengthOrZero,
    PresetId,
    Rules,
    SmallLength,
    SpindleSpeed,
    Stiffness,
)

MaterialKind = Literal[
    "SOFTWOOD",
    "HARDWOOD",
    "PLYWOOD",
    "MDF",
    "PARTICLEBOARD",
    "PLASTIC_SOFT",
    "PLASTIC_HARD",
    "ALUMINIUM",
    "BRASS",
    "BONE",
    "SHELL",
    "SOLID_SURFACE",
    "CARBON_FIBRE",
    "PHENOLIC",
    "LAMINATE",
]
ToolKind = Literal[
    "END_MILL",
    "COMPRESSION",
    "BALL_NOSE",
    "BULL_NOSE",
    "V_BIT",
    "TAPERED_BALL",
    "FRET_SLOT_END_MILL",
    "ENGRAVING",
    "SURFACING",
    "O_FLUTE",
    "DRILL",
    "SAW_BLADE",
    "FRET_SAW_BLADE",
]
SAWS: frozenset[str] = frozenset({"SAW_BLADE", "FRET_SAW_BLADE"})
BALLS: frozenset[str] = frozenset({"BALL_NOSE", "TAPERED_BALL"})
Substrate = Literal["CARBIDE", "MICROGRAIN_CARBIDE", "HSS", "COBALT_HSS"]
Construction = Literal["SOLID", "BRAZED", "PLATE"]
Wear = Literal["SHARP", "USED", "WORN", "DULL"]
Tier = Literal["HOBBY", "BENCHTOP", "INDUSTRIAL"]
ToleranceClass = Literal["ROUGH", "STANDARD", "INLAY", "FRET_SLOT"]


class Material(Rules):
    material_id: PresetId = ""
    kind: MaterialKind | None = None
    species: Annotated[str, Field(max_length=100)] = ""
    density_kg_per_m3: Annotated[float, Field(ge=50, le=20_000)] | None = None
    janka_hardness_lbf: Annotated[float, Field(ge=1, le=10_000)] | None = None
    moisture_percent: Annotated[float, Field(ge=0, le=60)] | None = None
    burn_class: Class | None = None
    resinous: bool | None = None
    tearout_class: Class | None = None
    figured: bool | None = None


class Stock(Rules):
    width_mm: Length | None = None
    length_mm: Length | None = None
    thickness_mm: Length | None = None
    thickness_tolerance_mm: SmallLength | None = None
    price: Annotated[float, Field(ge=0, le=1e9)] | None = None


class Tool(Rules):
    tool_id: PresetId = ""
    kind: ToolKind | None = None
    flute_direction: Literal["UP", "DOWN", "STRAIGHT", "COMPRESSION"] | None = None
    substrate: Substrate | None = None
    wear: Wear | None = None
    diameter_mm: Diameter | None = None
    flute_count: Annotated[int, Field(ge=1, le=400)] | None = None
    flute_length_mm: Length | None = None
    stickout_mm: Length | None = None
    shank_diameter_mm: Diameter | None = None
    tip_diameter_mm: LengthOrZero | None = None
    tip_angle_deg: Annotated[float, Field(ge=0.1, le=179.9)] | None = None
    corner_radius_mm: LengthOrZero | None = None
    taper_angle_deg: Annotated[float, Field(ge=0.01, lt=45)] | None = None
    rake_angle_deg: Annotated[float, Field(ge=-45, le=60)] | None = None
    helix_angle_deg: Annotated[float, Field(ge=0, lt=90)] | None = None
    runout_mm: Annotated[float, Field(ge=0, le=1)] | None = None
    marked_max_spindle_speed_rpm: SpindleSpeed | None = None
    kerf_mm: SmallLength | None = None
    plate_thickness_mm: Annotated[float, Field(ge=1e-3, le=10)] | None = None
    center_cutting: bool | None = None
    upcut_length_mm: LengthOrZero | None = None
    construction: Construction | None = None
    grip_length_mm: Length | None = None
    overall_length_mm: Length | None = None


class Machine(Rules):
    machine_id: PresetId = ""
    tier: Tier | None = None
    spindle_kind: Literal["ROUTER", "VFD"] | None = None
    spindle_power_w: Annotated[float, Field(ge=1, le=100_000)] | None = None
    spindle_rated_speed_rpm: SpindleSpeed | None = None
    min_spindle_speed_rpm: SpindleSpeed | None = None
    max_spindle_speed_rpm: SpindleSpeed | None = None
    dial_speeds_rpm: Annotated[tuple[SpindleSpeed, ...], Field(max_length=64)] = ()
    max_feed_rate_mm_per_min: FeedRate | None = None
    acceleration_mm_per_s2: Annotated[float, Field(ge=0.1, le=100_000)] | None = None
    junction_deviation_mm: Annotated[float, Field(ge=1e-6, le=10)] | None = None
    stiffness_n_per_mm: Stiffness | None = None
    lateral_force_limit_n: Force | None = None
    hand_feed: bool | None = None

    @model_validator(mode="after")
    def _dial_ascends(self) -> "Machine":
        if any(high <= low for low, high in pairwise(self.dial_speeds_rpm)):
            raise ValueError("dial_speeds_rpm must ascend")
        return self


class Cut(Rules):
    spindle_speed_rpm: SpindleSpeed | None = None
    feed_rate_mm_per_min: FeedRate | None = None
    plunge_rate_mm_per_min: FeedRate | None = None
    axial_depth_mm: Annotated[float, Field(ge=1e-3, le=500)] | None = None
    radial_width_mm: Annotated[float, Field(ge=1e-3, le=500)] | None = None
    direction: Literal["CONVENTIONAL", "CLIMB"] | None = None
    grain_angle_deg: Angle | None = None
    cooling: Literal["NONE", "AIR", "MIST"] | None = None
    tolerance_class: ToleranceClass | None = None
    ambient_temperature_c: Annotated[float, Field(ge=-20, le=60)] | None = None
    quality_face: Literal["TOP", "BOTTOM"] | None = None
    time_limit_s: Annotated[float, Field(ge=0.01, le=1e7)] | None = None


class SafetyConstraints(Rules):
    max_feed_rate_mm_per_min: FeedRate | None = None
    max_spindle_speed_rpm: SpindleSpeed | None = None
    max_plunge_rate_mm_per_min: FeedRate | None = None
    min_tool_diameter_mm: Diameter | None = None
    max_tool_diameter_mm: Diameter | None = None
    max_axial_depth_mm: Length | None = None
    dust_collection_required: bool | None = None
    stops_required: bool | None = None
    dust_collection_present: bool | None = None
    stops_present: bool | None = None


class ChipLoadWindow(Rules):
    min_mm: Annotated[float, Field(ge=1e-5, le=10)]
    max_mm: Annotated[float, Field(ge=1e-5, le=10)]
    source: Label = ""

    @model_validator(mode="after")
    def _ordered(self) -> "ChipLoadWindow":
        if self.max_mm < self.min_mm:
            raise ValueError(f"max_mm {self.max_mm} is below min_mm {self.min_mm}")
        return self


class PhysicsInputs(Rules):
    chip_load_window: ChipLoadWindow | None = None
    specific_cutting_force_n_per_mm2: Annotated[float, Field(ge=0.01, le=10_000)] | None = None
    edge_force_n_per_mm: Annotated[float, Field(ge=0, le=1_000)] | None = None
    edge_heat_share: Annotated[float, Field(ge=1e-4, le=1)] | None = None


class Workholding(Rules):
    method: Literal["VACUUM", "CLAMPS", "TAPE", "SCREWS"] | None = None
    vacuum_pressure_mpa: Annotated[float, Field(ge=1e-4, le=0.11)] | None = None
    clamp_force_n: Force | None = None
    contact_area_mm2: Annotated[float, Field(ge=0.01, le=1e8)] | None = None
    friction: Annotated[float, Field(ge=1e-3, le=2)] | None = None
    holds_part: bool | None = None
    clamp_height_mm: LengthOrZero | None = None


TOLERANT = Literal[
    "context.material.density_kg_per_m3",
    "context.cut.feed_rate_mm_per_min",
    "context.tool.stickout_mm",
    "context.cut.axial_depth_mm",
    "context.force",
    "context.cut.spindle_speed_rpm",
    "context.machine.stiffness_n_per_mm",
    "context.physics.edge_heat_share",
    "context.tool.diameter_mm",
    "context.tool.runout_mm",
    "context.material.moisture_percent",
]
"""Inputs that have a tolerance; "context.force" is the factor on the force law."""


class StatedTolerance(Rules):
    field: TOLERANT
    sd: Annotated[float, Field(ge=1e-9, le=1_000)]


class Uncertainty(Rules):
    method: Literal["NOMINAL", "CORNERS", "SAMPLED"] | None = None
    tolerances: Annotated[tuple[StatedTolerance, ...], Field(max_length=32)] = ()


class Context(Rules):
    """One manufacturing context."""

    model_id: PresetId = ""
    material: Material = Material()
    stock: Stock = Stock()
    tool: Tool = Tool()
    machine: Machine = Machine()
    cut: Cut = Cut()
    safety_constraints: SafetyConstraints = SafetyConstraints()
    physics: PhysicsInputs = PhysicsInputs()
    workholding: Workholding = Workholding()
    toolpaths: Toolpaths = Toolpaths()
    uncertainty: Uncertainty = Uncertainty()
