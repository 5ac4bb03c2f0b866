"""Whatever the rule book lets through is evaluated without a fault, and nonsense never makes a cut look good."""

import random
from typing import Any

import pytest
from pydantic import ValidationError

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.engine.registry import baseline_engine
from feasibility_svc.domain.scoring.levels import RiskLevel
from tests import builders
from tests.builders import REMOVED
from tests.feasibility_svc.domain.situations import SAW, SAW_CUT, situation

VALUES: list[Any] = [1e-9, 1e-3, 0.02, 0.5, 1, 2, 3.0, 24, 79.9, 180, 999.0, 30_000, 99_999.0, REMOVED]
ROUNDS = 4_000
CASES: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "rosette": (builders.ROSETTE, builders.CONTEXT, {}),
    "fret slots": (builders.FRET_SLOTS, builders.FRET_CONTEXT, {}),
    "fanned": (
        {
            "fret_slots": {
                **{key: value for key, value in builders.FRET_SLOTS["fret_slots"].items() if key != "straight"},
                "fanned": {
                    "bass_scale_length_mm": 686.0,
                    "treble_scale_length_mm": 648.0,
                    "perpendicular_fret": 7.0,
                    "nut_string_span_mm": 36.0,
                },
                "fretboard_radius_mm": 304.8,
            }
        },
        builders.FRET_CONTEXT,
        {},
    ),
    "pocket": (
        {
            "pocket": {
                "length_mm": 76.0,
                "width_mm": 56.0,
                "depth_mm": 1.0,
                "corner_radius_mm": 5.0,
                "wall_thickness_mm": 9.0,
            }
        },
        builders.CONTEXT,
        {},
    ),
    "saw": ({"saw_cut": {**SAW_CUT["saw_cut"], "end_clearance_mm": 90.0}}, builders.CONTEXT, SAW),
    "fret saw": (
        builders.overridden(builders.FRET_SLOTS, {"fret_slots.binding_width_mm": 2.0}),
        builders.FRET_CONTEXT,
        {"tool": {"tool_id": "fret_saw_762", "wear": "SHARP", "diameter_mm": 76.2}, "machine.hand_feed": True},
    ),
}


def leaves(value: dict[str, Any], path: str = "") -> list[str]:
    found = []
    for key, item in value.items():
        here = f"{path}.{key}" if path else key
        found += leaves(item, here) if isinstance(item, dict) else [here]
    return found


@pytest.mark.parametrize("case", CASES)
def test_extremes_never_break_a_dimension(catalogue: Catalogue, case: str) -> None:
    design, context, overrides = CASES[case]
    dice, engine = random.Random(case), baseline_engine()
    base = builders.overridden(context, overrides)
    evaluated = 0
    for _ in range(ROUNDS):
        changed_design = {path: dice.choice(VALUES) for path in dice.sample(leaves(design), dice.choice([0, 1, 2]))}
        changed_context = {path: dice.choice(VALUES) for path in dice.sample(leaves(base), dice.choice([0, 1, 3]))}
        try:
            looked_at = situation(
                catalogue, changed_context, design=builders.overridden(design, changed_design), base=base
            )
        except ValidationError:
            continue
        report = engine.evaluate(looked_at)
        evaluated += 1
        assert list(report.faults) == [], (changed_design, changed_context)
        assert report.verdict.risk is not RiskLevel.ERROR
        if report.verdict.risk is RiskLevel.GREEN:
            assert all(item.score >= 80 for item in report.assessments if item.score is not None)
            mandatory = {profile.category for profile in report.profiles if profile.mandatory}
            assert mandatory <= {item.category for item in report.assessments if item.score is not None}
    assert evaluated > ROUNDS / 10
