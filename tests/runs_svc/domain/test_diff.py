"""Differences of runs: their severity, their order, their words."""

import copy
from typing import Any

import orjson
import pytest

from runs_svc.domain.runs import run_diff
from runs_svc.domain.runs.run_diff import Change, Severity
from tests import builders

DOCUMENT: dict[str, Any] = orjson.loads(builders.record().document)


def changed(path: str, value: Any) -> dict[str, Any]:
    document = copy.deepcopy(DOCUMENT)
    target = document
    *groups, last = path.split(".")
    for group in groups:
        target = target[group]
    if value is builders.REMOVED:
        del target[last]
    else:
        target[last] = value
    return document


def test_a_run_does_not_differ_from_itself_or_from_its_twin() -> None:
    twin = orjson.loads(builders.record(2, created_at_utc="2026-05-01T12:00:00.000000Z").document)
    assert run_diff.diff(DOCUMENT, DOCUMENT) == []
    assert run_diff.diff(DOCUMENT, twin) == []


@pytest.mark.parametrize(
    ("path", "value", "severity", "term"),
    [
        ("status", "BLOCKED", Severity.CRITICAL, "status"),
        ("decision.risk_level", "RED", Severity.CRITICAL, "verdict"),
        ("hashes.gcode_sha256", "a" * 64, Severity.CRITICAL, "program"),
        ("hashes.toolpaths_sha256", "a" * 64, Severity.CRITICAL, "toolpaths"),
        ("hashes.feasibility_sha256", "a" * 64, Severity.WARNING, ""),
        ("decision.score", 1.0, Severity.WARNING, "score"),
        ("inputs.context.cut.feed_rate_mm_per_min", 1.0, Severity.INFO, "feed"),
        ("inputs.context.tool.wear", "DULL", Severity.INFO, "tool"),
        ("meta", {"a": 1}, Severity.INFO, ""),
    ],
)
def test_each_difference_has_its_severity_and_term(path: str, value: Any, severity: Severity, term: str) -> None:
    (found,) = run_diff.diff(DOCUMENT, changed(path, value))
    assert (found.severity, found.term) == (severity, term)
    assert found.path.startswith(path)


def test_a_comparison_holds_numbers_that_have_no_canonical_form_as_they_stood() -> None:
    (difference,) = run_diff.diff(DOCUMENT, changed("inputs.context.cut.feed_rate_mm_per_min", 10**16))
    assert b'"right":10000000000000000' in run_diff.write_full("a", "b", [difference], [])


def test_what_matters_comes_first() -> None:
    other = changed("inputs.context.cut.feed_rate_mm_per_min", 900.0)
    other["status"], other["mode"], other["decision"]["score"] = "BLOCKED", "saw", 12.0
    other["inputs"]["context"]["cut"]["spindle_speed_rpm"] = 9_000.0
    paths = [item.path.rsplit(".", 1)[-1] for item in run_diff.diff(DOCUMENT, other)]
    assert paths == ["status", "score", "spindle_speed_rpm", "feed_rate_mm_per_min", "mode"]


def test_values_are_added_removed_or_changed() -> None:
    feed = "inputs.context.cut.feed_rate_mm_per_min"
    (removed,) = run_diff.diff(DOCUMENT, changed(feed, builders.REMOVED))
    assert (removed.change, removed.left, removed.right) == (Change.REMOVED, 1_750.0, None)
    (added,) = run_diff.diff(changed(feed, builders.REMOVED), DOCUMENT)
    assert added.change is Change.ADDED
    (in_list,) = run_diff.diff(changed("errors", ["a", "b"]), changed("errors", ["a"]))
    assert (in_list.path, in_list.change, in_list.left) == ("errors[1]", Change.REMOVED, "b")
    small, large = {"cuts": [1.0] * 100}, {"cuts": [1.0] * 101}
    (whole,) = run_diff.diff(DOCUMENT, changed("inputs.context.toolpaths", small))
    assert (whole.path, whole.right) == ("inputs.context.toolpaths", small)
    one_by_one = run_diff.diff(changed("inputs.context.toolpaths", large), DOCUMENT)
    assert [item.left for item in one_by_one] == [1.0] * 101
    assert one_by_one[0].path == "inputs.context.toolpaths.cuts[0]"
    assert len(run_diff.diff(DOCUMENT, changed("inputs.context.toolpaths", large))) == 101
    (longer,) = run_diff.diff(changed("errors", ["a"]), changed("errors", ["a", "c"]))
    assert (longer.path, longer.change) == ("errors[1]", Change.ADDED)


def test_program_text_is_compared_on_request_only() -> None:
    assert run_diff.diff(changed("outputs", {"gcode_text": "a"}), DOCUMENT) == []
