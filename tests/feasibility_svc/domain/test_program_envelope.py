"""What a verdict speaks of, as limits of programs."""

from typing import Any

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.cut.resolving import resolve
from feasibility_svc.domain.gcode.envelope import Envelope
from feasibility_svc.domain.inputs.context import Context
from feasibility_svc.domain.inputs.design import Design
from feasibility_svc.domain.views.program_envelope import program_envelope
from tests import builders


def envelope_of(catalogue: Catalogue, design: dict[str, Any], context: dict[str, Any]) -> Envelope:
    situation = resolve(Design.model_validate(design), Context.model_validate(context), catalogue)
    return program_envelope(situation)


def test_presets_are_filled_in(catalogue: Catalogue) -> None:
    envelope = envelope_of(catalogue, builders.FRET_SLOTS, builders.FRET_CONTEXT)
    assert envelope.tools[0].diameter_mm == 0.584
    assert envelope.max_depth_mm == 2.5
    assert envelope.machine.max_feed_rate_mm_per_min is not None


def test_what_is_not_stated_is_no_limit(catalogue: Catalogue) -> None:
    bare: dict[str, Any] = {"rosette_channel": {}}
    envelope = envelope_of(catalogue, bare, {})
    assert envelope.stock is None
    assert envelope.missing == (
        "max_feed_rate_mm_per_min",
        "max_plunge_rate_mm_per_min",
        "max_stepdown_mm",
        "max_depth_mm",
        "tools.diameter_mm",
    )


def test_feeds_count_with_the_override_at_the_panel(catalogue: Catalogue) -> None:
    faster = builders.context({"toolpaths.feed_override_percent": 120.0})
    assert envelope_of(catalogue, builders.ROSETTE, faster).max_feed_rate_mm_per_min == 2100.0


@pytest.mark.parametrize(
    ("tool", "profile"),
    [
        ({"kind": "END_MILL"}, [(None, None, None)]),
        ({"kind": "V_BIT", "tip_angle_deg": 60, "tip_diameter_mm": 0.2}, [(60, 0.2, None)]),
        ({"kind": "V_BIT"}, []),
        ({"kind": "BALL_NOSE"}, [(None, None, 3)]),
        ({"kind": "BULL_NOSE", "corner_radius_mm": 1}, [(None, None, 1)]),
        ({"kind": "TAPERED_BALL", "tip_diameter_mm": 1, "taper_angle_deg": 5}, [(10, None, 0.5)]),
        ({"kind": "TAPERED_BALL", "tip_diameter_mm": 1}, []),
    ],
)
def test_a_tool_that_is_not_flat_is_planned_with_its_profile(
    catalogue: Catalogue, tool: dict[str, Any], profile: list[tuple[float | None, ...]]
) -> None:
    planned = envelope_of(catalogue, {"rosette_channel": {}}, {"tool": {"diameter_mm": 6, **tool}}).tools
    assert [(item.tip_angle_deg, item.tip_diameter_mm, item.corner_radius_mm) for item in planned] == profile
