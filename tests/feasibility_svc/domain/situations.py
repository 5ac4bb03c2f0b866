"""Situations for the tests of dimensions."""

from collections.abc import Mapping
from typing import Any

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.cut.resolving import resolve
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.dimensions.dimension import Dimension
from feasibility_svc.domain.inputs.context import Context
from feasibility_svc.domain.inputs.design import Design
from feasibility_svc.domain.scoring.assessment import Assessment, NotAssessedError, UnknownKind, not_assessed
from tests import builders
from tests.builders import REMOVED

SPEED, FEED, PLUNGE, DEPTH = (
    "cut.spindle_speed_rpm",
    "cut.feed_rate_mm_per_min",
    "cut.plunge_rate_mm_per_min",
    "cut.axial_depth_mm",
)
PROFILE: dict[str, Any] = {
    "profile_id": "mine",
    "min_rings": 1,
    "max_rings": 3,
    "min_ring_width_mm": 1.0,
    "max_ring_width_mm": 4.0,
    "min_total_width_mm": 3.0,
    "max_total_width_mm": 9.0,
}
OVERLOADED_SAW: Mapping[str, Any] = {
    "material.material_id": "maple_hard",
    "stock.thickness_mm": 45.0,
    "tool": {"tool_id": "saw_254_24t"},
    "machine": {"machine_id": "table_saw_10in"},
    "cut.spindle_speed_rpm": 4_000.0,
    "cut.feed_rate_mm_per_min": 3_000.0,
}
"""Ripping thick maple by hand, faster than the motor bears."""


def situation(
    catalogue: Catalogue,
    context: Mapping[str, Any] | None = None,
    *,
    design: Mapping[str, Any] | None = None,
    base: Mapping[str, Any] = builders.CONTEXT,
) -> Situation:
    """The rosette in its context, with dotted paths of the context overridden."""
    return resolve(
        Design.model_validate(design or builders.rosette()),
        Context.model_validate(builders.overridden(base, context or {})),
        catalogue,
    )


def fret_situation(
    catalogue: Catalogue, context: Mapping[str, Any] | None = None, *, design: Mapping[str, Any] | None = None
) -> Situation:
    return situation(catalogue, context, design=design or builders.FRET_SLOTS, base=builders.FRET_CONTEXT)


def assess(dimension: Dimension, looked_at: Situation) -> Assessment:
    """The assessment, with a gap turned into UNKNOWN as the engine does."""
    try:
        return dimension.assess(looked_at)
    except NotAssessedError as gap:
        return not_assessed(dimension.profile.category, gap.reasons)


SAW_CUT = {"saw_cut": {"depth_mm": 20.0, "length_mm": 500.0}}
SAW: dict[str, Any] = {
    "tool.tool_id": "saw_254_60t",
    "machine.machine_id": REMOVED,
    "machine.tier": "BENCHTOP",
    "machine.spindle_kind": "VFD",
    "machine.spindle_power_w": 2_200.0,
    "machine.spindle_rated_speed_rpm": 4_000.0,
    "machine.max_feed_rate_mm_per_min": 100_000.0,
    "machine.hand_feed": True,
    "cut.spindle_speed_rpm": 4000.0,
    "cut.feed_rate_mm_per_min": 72_000.0,
    "material.material_id": "maple_hard",
    "stock.thickness_mm": 25.0,
}
DRILL: dict[str, Any] = {
    "tool.tool_id": REMOVED,
    "tool.kind": "DRILL",
    "tool.diameter_mm": 10.0,
    "tool.flute_length_mm": 60.0,
    "tool.stickout_mm": 75.0,
    "tool.shank_diameter_mm": 10.0,
    "stock.width_mm": 80.0,
    "stock.length_mm": 200.0,
    "stock.thickness_mm": 16.0,
}
HOLES: dict[str, Any] = {"hole_diameter_mm": 10.0, "depth_mm": 16.0, "hole_count": 6}


def kinds(assessment: Assessment) -> list[UnknownKind]:
    """Kinds of the gaps an assessment names."""
    return [reason.kind for reason in assessment.unknown_reasons]
