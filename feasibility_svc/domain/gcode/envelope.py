"""What was approved: the limits a program must keep. The rule book for `rmos.type.v1.ProgramEnvelope`."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from feasibility_svc.domain.gcode.cutters import Cutter
from feasibility_svc.domain.gcode.extents import Box
from feasibility_svc.domain.gcode.planner import JUNCTION_DEVIATION_MM, Dynamics
from feasibility_svc.domain.scoring.quantities import Diameter, FeedRate, Length, Rules, SpindleSpeed

ControllerName = Literal["grbl", "linuxcnc", "mach3", "mach4", "fanuc", "unknown"]
Coordinate = Annotated[float, Field(ge=-100_000, le=100_000)]
"""[mm]"""
Acceleration = Annotated[float, Field(gt=0, le=100_000)]
"""[mm/s2]"""


class Span(Rules):
    """From where to where along an axis, in work coordinates."""

    min_mm: Coordinate
    max_mm: Coordinate

    @model_validator(mode="after")
    def _ordered(self) -> "Span":
        if self.max_mm <= self.min_mm:
            raise ValueError(f"max_mm {self.max_mm:g} is not above min_mm {self.min_mm:g}")
        return self


class Region(Rules):
    """A box in work coordinates. An absent side is not limited."""

    x: Span | None = None
    y: Span | None = None
    z: Span | None = None

    @property
    def box(self) -> Box:
        sides = (None if side is None else (side.min_mm, side.max_mm) for side in (self.x, self.y, self.z))
        return Box(*sides)


class PlannedTool(Rules):
    """A tool of the plan. Absent number: whatever the program calls it."""

    number: Annotated[int, Field(ge=0, le=99_999_999)] | None = None
    diameter_mm: Diameter | None = None
    min_spindle_speed_rpm: SpindleSpeed | None = None
    max_spindle_speed_rpm: SpindleSpeed | None = None
    tip_angle_deg: Annotated[float, Field(ge=0.1, le=179.9)] | None = None
    tip_diameter_mm: Annotated[float, Field(ge=0, le=10_000)] | None = None
    corner_radius_mm: Annotated[float, Field(ge=0, le=10_000)] | None = None

    @property
    def cutter(self) -> Cutter | None:
        """Its profile; None where its diameter is not known."""
        if self.diameter_mm is None:
            return None
        return Cutter.of(
            self.diameter_mm,
            tip_angle_deg=self.tip_angle_deg,
            tip_mm=self.tip_diameter_mm,
            corner_mm=self.corner_radius_mm,
        )


class MachineLimits(Rules):
    """What the machine can do. Without acceleration its times are ranges."""

    travel: Region | None = None
    max_feed_rate_mm_per_min: FeedRate | None = None
    max_z_feed_rate_mm_per_min: FeedRate | None = None
    acceleration_mm_per_s2: Acceleration | None = None
    z_acceleration_mm_per_s2: Acceleration | None = None
    junction_deviation_mm: Annotated[float, Field(gt=0, le=10)] | None = None
    tool_change_s: Annotated[float, Field(ge=0, le=86_400)] | None = None
    min_spindle_speed_rpm: SpindleSpeed | None = None
    max_spindle_speed_rpm: SpindleSpeed | None = None

    def dynamics(self, acceleration_mm_per_s2: float | None = None) -> Dynamics | None:
        """Its axes; None where acceleration or rate are not known. An acceleration given replaces its own."""
        acceleration = acceleration_mm_per_s2 or self.acceleration_mm_per_s2
        rate = self.max_feed_rate_mm_per_min
        if acceleration is None or rate is None:
            return None
        z_acceleration = (None if acceleration_mm_per_s2 else self.z_acceleration_mm_per_s2) or acceleration
        return Dynamics(
            (acceleration, acceleration, z_acceleration),
            (rate, rate, self.max_z_feed_rate_mm_per_min or rate),
            self.junction_deviation_mm or JUNCTION_DEVIATION_MM,
        )


class Envelope(Rules):
    """The limits of one run. An absent limit is not judged, and the report says so."""

    controller: ControllerName = "unknown"
    max_feed_rate_mm_per_min: FeedRate | None = None
    max_plunge_rate_mm_per_min: FeedRate | None = None
    min_spindle_speed_rpm: SpindleSpeed | None = None
    max_spindle_speed_rpm: SpindleSpeed | None = None
    max_stepdown_mm: Length | None = None
    max_depth_mm: Length | None = None
    safe_z_mm: Coordinate | None = None
    stock: Region | None = None
    max_overrun_mm: Annotated[float, Field(ge=0, le=10_000)] = 0.0
    """How far the tool may reach over the stock's edge. [mm]"""
    clamps: Annotated[tuple[Region, ...], Field(max_length=64)] = ()
    tools: Annotated[tuple[PlannedTool, ...], Field(max_length=256)] = ()
    """In the order they are to cut."""
    machine: MachineLimits = MachineLimits()
    switched_off: Annotated[tuple[Annotated[str, Field(max_length=64)], ...], Field(max_length=64)] = ()
    """Codes of warnings this machine does not want to hear of."""

    @property
    def top_mm(self) -> float:
        """Where the material begins; 0 where no stock says otherwise. [mm]"""
        return self.stock.z.max_mm if self.stock is not None and self.stock.z is not None else 0.0

    @property
    def missing(self) -> tuple[str, ...]:
        """Limits without which a program cannot be said to keep what was approved."""
        limits = ("max_feed_rate_mm_per_min", "max_plunge_rate_mm_per_min", "max_stepdown_mm", "max_depth_mm")
        absent = [name for name in limits if getattr(self, name) is None]
        if not self.tools or any(tool.diameter_mm is None for tool in self.tools):
            absent.append("tools.diameter_mm")
        return tuple(absent)
