"""What the CAM tool knows of its paths. Field names are the contract's."""

from typing import Annotated

from pydantic import Field, model_validator

from feasibility_svc.domain.scoring.quantities import Length, Rules

Coordinates = Annotated[tuple[Annotated[float, Field(ge=-10_000, le=10_000)], ...], Field(max_length=200_000)]
"""[mm]"""
Seconds = Annotated[float, Field(ge=0, le=1e6)]
"""[s]"""


class Polyline(Rules):
    x_mm: Coordinates = ()
    y_mm: Coordinates = ()
    z_mm: Coordinates = ()
    closed: bool = False

    @model_validator(mode="after")
    def _equally_long(self) -> "Polyline":
        if len(self.x_mm) < 2 or len(self.y_mm) != len(self.x_mm) or len(self.z_mm) not in {0, len(self.x_mm)}:
            raise ValueError("x_mm and y_mm need the same length, at least 2; z_mm that length or none")
        return self


class Toolpaths(Rules):
    cuts: Annotated[tuple[Polyline, ...], Field(max_length=10_000)] = ()
    safe_height_mm: Annotated[float, Field(ge=-1_000, le=1_000)] | None = None
    loop_count: Annotated[int, Field(ge=0, le=10_000_000)] | None = None
    closed_path_count: Annotated[int, Field(ge=0, le=10_000_000)] | None = None
    smallest_feature_mm: Length | None = None
    complex_geometry: bool = False
    feed_override_percent: Annotated[float, Field(ge=0.1, le=1_000)] | None = None
    tool_change_count: Annotated[int, Field(ge=0, le=1_000)] | None = None
    tool_change_s: Seconds | None = None
    dwell_total_s: Seconds | None = None
    longest_dwell_s: Seconds | None = None
