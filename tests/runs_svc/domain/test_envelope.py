"""What was approved as limits of programs."""

from typing import Any

from runs_svc.domain.runs.envelope import approved_envelope

EVALUATED: dict[str, Any] = {
    "max_feed_rate_mm_per_min": 1750.0,
    "min_spindle_speed_rpm": 17000.0,
    "stock": {"z": {"min_mm": -2.6, "max_mm": 0.0}},
    "tools": [{"diameter_mm": 3.175}],
    "machine": {"max_feed_rate_mm_per_min": 5000.0},
}


def test_a_limit_given_never_widens_what_was_evaluated() -> None:
    given: dict[str, Any] = {
        "max_feed_rate_mm_per_min": 99999.0,
        "min_spindle_speed_rpm": 1.0,
        "machine": {"max_feed_rate_mm_per_min": 9000.0},
    }
    assert approved_envelope(EVALUATED, given) == EVALUATED


def test_a_tighter_limit_given_counts() -> None:
    merged = approved_envelope(EVALUATED, {"max_feed_rate_mm_per_min": 1200.0, "min_spindle_speed_rpm": 17500.0})
    assert (merged["max_feed_rate_mm_per_min"], merged["min_spindle_speed_rpm"]) == (1200.0, 17500.0)


def test_facts_of_the_setup_are_the_callers_and_join_what_was_evaluated() -> None:
    given: dict[str, Any] = {
        "controller": "GRBL",
        "max_overrun_mm": 4.0,
        "stock": {"x": {"min_mm": 0.0, "max_mm": 200.0}},
        "tools": [{"number": 1, "diameter_mm": 3.175}],
        "machine": {"tool_change_s": 12.0},
    }
    merged = approved_envelope({**EVALUATED, "max_overrun_mm": 9.0}, given)
    assert merged["controller"] == "GRBL"
    assert merged["max_overrun_mm"] == 4.0
    assert merged["stock"] == {"z": {"min_mm": -2.6, "max_mm": 0.0}, "x": {"min_mm": 0.0, "max_mm": 200.0}}
    assert merged["tools"] == [{"number": 1, "diameter_mm": 3.175}]
    assert merged["machine"] == {"max_feed_rate_mm_per_min": 5000.0, "tool_change_s": 12.0}


def test_without_an_evaluation_nothing_is_approved() -> None:
    assert approved_envelope({}, {"max_feed_rate_mm_per_min": 1200.0}) == {}
