"""Rosette patterns and the strip families they are made of: the rule book for what a library may hold."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from runs_svc.domain.runs.rings import Members, rings_of

LIBRARY_SCHEMA = "rmos.pattern-library/1"
MOST_RINGS = 24
EntryId = Annotated[str, Field(pattern=r"\A[a-z0-9_-]{1,50}\z")]
Title = Annotated[str, Field(min_length=1, max_length=200)]
Notes = Annotated[str, Field(max_length=2_000)]
Millimetres = Annotated[float, Field(gt=0, le=10_000)]


class _Rules(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Strip(_Rules):
    """A strip of wood. [mm]"""

    material_id: EntryId
    width_mm: Millimetres
    thickness_mm: Millimetres | None = None


class StripFamily(_Rules):
    """Strips that are glued up together, in that order."""

    strip_family_id: EntryId
    title: Title
    strips: Annotated[tuple[Strip, ...], Field(min_length=1, max_length=100)]
    notes: Notes = ""

    @property
    def subject_id(self) -> str:
        return family_subject(self.strip_family_id)


class Pattern(_Rules):
    """A rosette pattern. Its geometry is a design as the feasibility service evaluates it."""

    pattern_id: EntryId
    title: Title
    pattern_type: Annotated[str, Field(pattern=r"\A[a-z0-9_]{1,50}\z")]
    strip_family_id: Annotated[str, Field(pattern=r"\A([a-z0-9_-]{1,50})?\z")] = ""
    design: dict[str, Any] | None = None
    ring_count: Annotated[int, Field(ge=0, le=MOST_RINGS)] = 0
    notes: Notes = ""
    meta: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _count_rings(cls, value: Members) -> Members:
        rings = rings_of(value.get("design") or {})
        return {"ring_count": len(rings), **value}

    @model_validator(mode="after")
    def _agree(self) -> "Pattern":
        rings = rings_of(self.design or {})
        if rings and len(rings) != self.ring_count:
            raise ValueError(f"ring_count {self.ring_count} does not agree with the {len(rings)} rings of the design")
        return self

    @property
    def subject_id(self) -> str:
        return pattern_subject(self.pattern_id)


def pattern_subject(pattern_id: str) -> str:
    """What the records of a pattern are about: no other kind of id holds a dot."""
    return f"pattern.{pattern_id}"


def family_subject(strip_family_id: str) -> str:
    return f"strips.{strip_family_id}"


def pattern_index_fields(pattern: Pattern) -> Mapping[str, str | float | None]:
    """The index fields of a pattern."""
    return {
        "title": pattern.title,
        "pattern_type": pattern.pattern_type,
        "strip_family_id": pattern.strip_family_id,
        "ring_count": pattern.ring_count,
    }


def family_index_fields(family: StripFamily) -> Mapping[str, str | float | None]:
    """The index fields of a strip family."""
    return {"title": family.title, "strip_count": len(family.strips)}
