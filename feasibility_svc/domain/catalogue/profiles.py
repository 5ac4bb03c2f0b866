"""Constraint profiles: what a rosette search may propose, with an append-only history of each."""

from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from feasibility_svc.domain.scoring.quantities import Label, PresetId, Rules
from foundation.identity import RecordedIdentity

MOST_RINGS, NARROWEST_RING_MM, WIDEST_RING_MM, WIDEST_ROSETTE_MM = 12, 0.01, 12.0, 60.0
ProfileId = Annotated[str, StringConstraints(pattern=r"\A[a-z0-9_-]{1,50}\z")]
Tag = Annotated[str, StringConstraints(pattern=r"\A[a-z0-9_-]{1,50}\z")]
_Rings = Annotated[int, Field(ge=1, le=MOST_RINGS)]
_RingWidth = Annotated[float, Field(ge=NARROWEST_RING_MM, le=WIDEST_RING_MM)]
_TotalWidth = Annotated[float, Field(ge=NARROWEST_RING_MM, le=WIDEST_ROSETTE_MM)]


class ConstraintProfile(Rules):
    """Bounds of rosettes. Widths in mm."""

    profile_id: ProfileId
    display_name: Label = ""
    description: Annotated[str, Field(max_length=500)] = ""
    min_rings: _Rings
    max_rings: _Rings
    min_ring_width_mm: _RingWidth
    max_ring_width_mm: _RingWidth
    min_total_width_mm: _TotalWidth
    max_total_width_mm: _TotalWidth
    allow_mosaic: bool = False
    allow_segmented: bool = False
    palette: Annotated[tuple[PresetId, ...], Field(max_length=50)] = ()
    bias: Annotated[float, Field(ge=0, le=1)] = 0.5
    tags: Annotated[tuple[Tag, ...], Field(max_length=20)] = ()
    """Words to find it by."""
    author: Label = ""
    """Who thought it out, which need not be who entered it."""

    @model_validator(mode="after")
    def _ordered(self) -> "ConstraintProfile":
        for low, high in (
            ("min_rings", "max_rings"),
            ("min_ring_width_mm", "max_ring_width_mm"),
            ("min_total_width_mm", "max_total_width_mm"),
        ):
            if getattr(self, low) > getattr(self, high):
                raise ValueError(f"{low} {getattr(self, low)} is above {high} {getattr(self, high)}")
        if self.min_rings * self.min_ring_width_mm > self.max_total_width_mm:
            raise ValueError("the fewest and narrowest rings are wider than max_total_width_mm")
        return self


class Revision(Rules):
    """One revision of a profile; system profiles have exactly one, without a time."""

    profile: ConstraintProfile
    revision: int = 1
    system: bool = False
    created_at_utc: str = ""
    change_note: Label = ""
    identity: RecordedIdentity | None = Field(None, exclude=True)
    """Who recorded it; None for what is older than this. Stands beside the value in the journal."""
