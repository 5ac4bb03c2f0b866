"""What is to be cut: the rule book for `rmos.type.v1.Design`. Field names are the contract's."""

from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import BaseModel, Field, model_validator

from feasibility_svc.domain.inputs.surfaces import BindingLedge, Contour3d, Facing, Point, RadiusBoard, VCarve
from feasibility_svc.domain.scoring.quantities import (
    LONGEST_MM,
    Count,
    Label,
    Length,
    LengthOrZero,
    PresetId,
    Rules,
    SmallLength,
)

_Stated = TypeVar("_Stated", bound=BaseModel)
RingPattern = Literal["SOLID", "PURFLING", "HERRINGBONE", "ROPE", "MOSAIC"]


class RosetteRing(Rules):
    inner_radius_mm: Length | None = None
    width_mm: Length | None = None
    pattern: RingPattern = "SOLID"
    material_id: PresetId = ""

    @model_validator(mode="after")
    def _within_reach(self) -> "RosetteRing":
        outer_mm = (self.inner_radius_mm or 0.0) + (self.width_mm or 0.0)
        if outer_mm > LONGEST_MM:
            raise ValueError(f"inner_radius_mm and width_mm make {outer_mm:g} mm; at most {LONGEST_MM:g} are allowed")
        return self


class AnnularChannel(Rules):
    inner_radius_mm: Length | None = None
    outer_radius_mm: Length | None = None
    depth_mm: Length | None = None
    rings: Annotated[tuple[RosetteRing, ...], Field(max_length=24)] = ()

    @model_validator(mode="after")
    def _outer_beyond_inner(self) -> Self:
        if self.inner_radius_mm and self.outer_radius_mm and self.outer_radius_mm <= self.inner_radius_mm:
            raise ValueError(
                f"outer_radius_mm {self.outer_radius_mm} must exceed inner_radius_mm {self.inner_radius_mm}"
            )
        return self


class RosetteChannel(AnnularChannel):
    soundhole_radius_mm: Length | None = None
    upper_bout_width_mm: Length | None = None
    further_channels: Annotated[tuple[AnnularChannel, ...], Field(max_length=8)] = ()


class Tabs(Rules):
    """What holds a part while it is cut free."""

    tab_count: Annotated[int, Field(ge=0, le=1_000)] | None = None
    tab_width_mm: Length | None = None
    tab_thickness_mm: Length | None = None
    onion_skin_mm: SmallLength | None = None


class RosetteRings(Tabs):
    rings: Annotated[tuple[RosetteRing, ...], Field(min_length=1, max_length=24)]
    depth_mm: Length | None = None
    through: bool = False


class StraightScale(Rules):
    scale_length_mm: Annotated[float, Field(ge=200, le=1_400)] | None = None


class FannedScale(Rules):
    bass_scale_length_mm: Annotated[float, Field(ge=200, le=1_400)] | None = None
    treble_scale_length_mm: Annotated[float, Field(ge=200, le=1_400)] | None = None
    perpendicular_fret: Annotated[float, Field(ge=0, le=36)] | None = None
    nut_string_span_mm: Length | None = None
    bridge_string_span_mm: Length | None = None


class FretSlots(Rules):
    fret_count: Annotated[int, Field(ge=1, le=36)] | None = None
    straight: StraightScale | None = None
    fanned: FannedScale | None = None
    slot_width_mm: Annotated[float, Field(ge=1e-3, le=3)] | None = None
    slot_depth_mm: Length | None = None
    nut_width_mm: Length | None = None
    heel_width_mm: Length | None = None
    board_length_mm: Length | None = None
    fretboard_radius_mm: Length | None = None
    depth_follows_radius: bool = False
    tang_width_mm: Annotated[float, Field(ge=1e-3, le=3)] | None = None
    tang_depth_mm: SmallLength | None = None
    binding_width_mm: LengthOrZero | None = None
    programmed_positions_mm: Annotated[tuple[LengthOrZero, ...], Field(max_length=36)] = ()
    taper_deg: Annotated[float, Field(ge=0, le=30)] | None = None
    """Per side. [deg]"""

    @property
    def widest_mm(self) -> float:
        """Width of the board where it is widest, of what is stated; 0 where nothing is. [mm]"""
        return max((width for width in (self.nut_width_mm, self.heel_width_mm) if width is not None), default=0.0)


class Pocket(Rules):
    length_mm: Length | None = None
    width_mm: Length | None = None
    depth_mm: Length | None = None
    corner_radius_mm: LengthOrZero | None = None
    wall_thickness_mm: Length | None = None
    through: bool = False


class Profile(Tabs):
    length_mm: Length | None = None
    depth_mm: Length | None = None
    through: bool = False
    corner_radius_mm: LengthOrZero | None = None
    wall_thickness_mm: Length | None = None


class Drilling(Rules):
    hole_diameter_mm: Length | None = None
    depth_mm: Length | None = None
    hole_count: Count | None = None
    peck_depth_mm: Length | None = None
    through: bool = False
    positions: Annotated[tuple[Point, ...], Field(max_length=10_000)] = ()
    rows: Annotated[int, Field(ge=1, le=1_000)] | None = None
    columns: Annotated[int, Field(ge=1, le=1_000)] | None = None
    pitch_x_mm: Length | None = None
    pitch_y_mm: Length | None = None
    edge_distance_mm: Length | None = None
    counterbore_diameter_mm: Length | None = None
    counterbore_depth_mm: Length | None = None

    @property
    def is_placed(self) -> bool:
        """Whether it is said where the holes are."""
        return bool(self.positions) or self.rows is not None or self.columns is not None


class SawCut(Rules):
    depth_mm: Length | None = None
    length_mm: Length | None = None
    through: bool = False
    end_clearance_mm: LengthOrZero | None = None


class RectanglePart(Rules):
    width_mm: Length | None = None
    length_mm: Length | None = None


class RingPart(Rules):
    outer_radius_mm: Length | None = None
    inner_radius_mm: Length | None = None

    @model_validator(mode="after")
    def _outer_beyond_inner(self) -> "RingPart":
        if self.inner_radius_mm and self.outer_radius_mm and self.outer_radius_mm <= self.inner_radius_mm:
            raise ValueError("outer_radius_mm must exceed inner_radius_mm")
        return self


class OutlinePart(Rules):
    points: Annotated[tuple[Point, ...], Field(min_length=3, max_length=10_000)]


class Part(Rules):
    rectangle: RectanglePart | None = None
    ring: RingPart | None = None
    outline: OutlinePart | None = None
    count: Count | None = None
    spacing_mm: LengthOrZero | None = None
    grain_locked: bool = False
    quarter_turned: bool = False

    @model_validator(mode="after")
    def _one_shape(self) -> "Part":
        if sum(shape is not None for shape in (self.rectangle, self.ring, self.outline)) != 1:
            raise ValueError("exactly one of rectangle, ring, outline is required")
        return self


Operation = (
    RosetteChannel
    | RosetteRings
    | FretSlots
    | Pocket
    | Profile
    | Drilling
    | SawCut
    | Facing
    | BindingLedge
    | VCarve
    | RadiusBoard
    | Contour3d
)
OPERATIONS = (
    *("rosette_channel", "rosette_rings", "fret_slots", "pocket", "profile", "drilling", "saw_cut"),
    *("facing", "binding_ledge", "v_carve", "radius_board", "contour_3d"),
)


class Design(Rules):
    """One operation on one workpiece, and the part it yields."""

    name: Label = ""
    rosette_channel: RosetteChannel | None = None
    rosette_rings: RosetteRings | None = None
    fret_slots: FretSlots | None = None
    pocket: Pocket | None = None
    profile: Profile | None = None
    drilling: Drilling | None = None
    saw_cut: SawCut | None = None
    facing: Facing | None = None
    binding_ledge: BindingLedge | None = None
    v_carve: VCarve | None = None
    radius_board: RadiusBoard | None = None
    contour_3d: Contour3d | None = None
    part: Part | None = None
    mixed_parts: Annotated[tuple[Part, ...], Field(max_length=200)] = ()

    @model_validator(mode="after")
    def _one_operation(self) -> "Design":
        if sum(getattr(self, name) is not None for name in OPERATIONS) != 1:
            raise ValueError(f"exactly one operation is required: {', '.join(OPERATIONS)}")
        return self

    @property
    def operation_name(self) -> str:
        """Field name of the operation that is set."""
        return next(name for name in OPERATIONS if getattr(self, name) is not None)

    @property
    def operation(self) -> Operation:
        operation: Operation = getattr(self, self.operation_name)
        return operation

    @property
    def rings(self) -> tuple[RosetteRing, ...]:
        """Every ring of a rosette, of all its channels."""
        if self.rosette_channel is None:
            return () if self.rosette_rings is None else self.rosette_rings.rings
        channels = (self.rosette_channel, *self.rosette_channel.further_channels)
        return tuple(ring for channel in channels for ring in channel.rings)


def with_field(values: _Stated, path: str, value: Any) -> _Stated:
    """A copy of what was stated with the field at a path changed; in lists the place is named, counted from 0.

    Args:
        values: A design, or a part of one.
        path: Such as "pocket.depth_mm" or "rosette_channel.further_channels[0].depth_mm".
        value: What the field becomes.
    """
    name, _, rest = path.partition(".")
    if not rest:
        return values.model_copy(update={name: value})
    name, _, place = name.removesuffix("]").partition("[")
    inner = getattr(values, name)
    if not place:
        return values.model_copy(update={name: with_field(inner, rest, value)})
    index = int(place)
    return values.model_copy(
        update={name: (*inner[:index], with_field(inner[index], rest, value), *inner[index + 1 :])}
    )
