"""Operations on faces and edges, and the points outlines are made of. Field names are the contract's."""

from typing import Annotated

from pydantic import Field, model_validator

from feasibility_svc.domain.scoring.quantities import Length, LengthOrZero, Rules

Step = Annotated[float, Field(ge=1e-3, le=500)]
"""0.001 to 500 [mm]"""
Scallop = Annotated[float, Field(ge=1e-3, le=10)]
"""0.001 to 10 [mm]"""


class Point(Rules):
    x_mm: Annotated[float, Field(ge=-10_000, le=10_000)]
    y_mm: Annotated[float, Field(ge=-10_000, le=10_000)]


class Facing(Rules):
    length_mm: Length | None = None
    width_mm: Length | None = None
    removal_mm: Length | None = None
    final_thickness_mm: Length | None = None


class BindingLedge(Rules):
    length_mm: Length | None = None
    outline: Annotated[tuple[Point, ...], Field(max_length=10_000)] = ()
    ledge_width_mm: Length | None = None
    ledge_height_mm: Length | None = None
    side_thickness_mm: Length | None = None
    top_thickness_mm: Length | None = None
    lining_thickness_mm: LengthOrZero | None = None
    purfling: bool = False

    @model_validator(mode="after")
    def _outline_encloses(self) -> "BindingLedge":
        if 0 < len(self.outline) < 3:
            raise ValueError(f"outline has {len(self.outline)} points; at least 3 enclose something")
        return self


class VCarve(Rules):
    length_mm: Length | None = None
    widest_line_mm: Length | None = None
    narrowest_line_mm: Length | None = None
    max_depth_mm: Length | None = None

    @model_validator(mode="after")
    def _narrowest_first(self) -> "VCarve":
        if self.narrowest_line_mm and self.widest_line_mm and self.narrowest_line_mm > self.widest_line_mm:
            raise ValueError(
                f"narrowest_line_mm {self.narrowest_line_mm} must not exceed widest_line_mm {self.widest_line_mm}"
            )
        return self


class RadiusBoard(Rules):
    board_radius_mm: Length | None = None
    far_board_radius_mm: Length | None = None
    width_mm: Length | None = None
    far_width_mm: Length | None = None
    length_mm: Length | None = None
    stepover_mm: Step | None = None
    scallop_limit_mm: Scallop | None = None


class Contour3d(Rules):
    length_mm: Length | None = None
    width_mm: Length | None = None
    depth_mm: Length | None = None
    max_slope_deg: Annotated[float, Field(ge=0, le=90)] | None = None
    """Against the horizontal. [deg]"""
    stepover_mm: Step | None = None
    finishing_depth_mm: Step | None = None
    scallop_limit_mm: Scallop | None = None
