"""What an administrator did, and what verification finds."""

import json

import pytest

from foundation.canonical_json import JsonObject
from foundation.errors import InvalidFieldsError
from runs_svc.domain.runs.run import hash_json
from runs_svc.domain.upkeep.maintenance import MaintenanceEntry, entry_index_fields, read_entry, write_entry
from runs_svc.domain.upkeep.retention import read_person, read_reason
from runs_svc.domain.upkeep.verification import (
    Check,
    Outcome,
    check_digests,
    check_exact,
    compare,
    not_published_yet,
    worst,
)


def test_an_entry_is_read_as_it_was_written() -> None:
    entry = MaintenanceEntry("rollback", "M. Sato", "wrong store", "done", {"runs": 3})
    assert read_entry(write_entry(entry)) == entry
    assert entry_index_fields(entry) == {"command": "rollback", "outcome": "done", "person": "m.sato"}


@pytest.mark.parametrize("text", ["short", "     x     ", "x" * 501])
def test_a_reason_is_a_sentence(text: str) -> None:
    assert read_reason("wrong piece") == "wrong piece"
    with pytest.raises(InvalidFieldsError, match="6 to 500 characters"):
        read_reason(text)


def test_a_decision_names_a_person() -> None:
    assert read_person("M. Sato") == "M. Sato"
    with pytest.raises(InvalidFieldsError, match="a named person"):
        read_person("  ")


def test_a_digest_is_held_against_the_recorded_one() -> None:
    assert compare("run", expected_sha256="a", actual_sha256="a").outcome is Outcome.VERIFIED
    assert compare("run", expected_sha256="a", actual_sha256="b").outcome is Outcome.MISMATCH


def test_what_is_still_to_be_published_is_no_damage() -> None:
    check = not_published_yet("file", "a")
    assert check.outcome.sound
    assert check.detail.startswith("PENDING")


def test_the_worst_outcome_counts_and_nothing_checked_is_not_sound() -> None:
    checks = [Check("a", Outcome.PENDING), Check("b", Outcome.MISSING), Check("c", Outcome.MISMATCH)]
    assert worst(checks) is Outcome.MISSING
    assert worst([]) is Outcome.UNREADABLE


def test_digests_inside_a_run_are_computed_again() -> None:
    document: JsonObject = {
        "feasibility": {"a": 1},
        "inputs": {"b": 2},
        "outputs": {"gcode_text": "G0 X1\n"},
        "hashes": {
            "feasibility_sha256": "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862",
            "request_sha256": hash_json({"b": 3}),
            "gcode_sha256": "0" * 64,
        },
    }
    found = {check.item: check.outcome for check in check_digests(document)}
    assert found == {
        "feasibility": Outcome.VERIFIED,
        "request": Outcome.MISMATCH,
        "gcode": Outcome.MISMATCH,
    }


def test_a_run_without_a_report_has_no_digest_of_one_unless_it_is_older() -> None:
    without: JsonObject = {"feasibility": None, "inputs": {}, "hashes": {"request_sha256": hash_json({})}}
    assert [check.item for check in check_digests(without)] == ["request"]
    older: JsonObject = {**without, "hashes": {"request_sha256": hash_json({}), "feasibility_sha256": hash_json(None)}}
    assert {check.item: check.outcome for check in check_digests(older)} == {
        "feasibility": Outcome.VERIFIED,
        "request": Outcome.VERIFIED,
    }
    stripped: JsonObject = {**without, "feasibility": {"a": 1}}
    assert {check.item: check.outcome for check in check_digests(stripped)}["feasibility"] is Outcome.MISMATCH


def test_a_number_without_canonical_form_cannot_be_verified() -> None:
    document: JsonObject = {"feasibility": {"a": 2**60}, "inputs": {}, "hashes": {}}
    checks = {check.item: check for check in check_digests(document)}
    assert checks["feasibility"].outcome is Outcome.UNREADABLE
    assert "2^53-1" in checks["feasibility"].detail


@pytest.mark.parametrize(
    ("data", "outcome"),
    [(b'{"a":1}', Outcome.VERIFIED), (b'{"a":1152921504606846976}', Outcome.UNREADABLE)],
)
def test_a_document_with_such_a_number_is_not_verified(data: bytes, outcome: Outcome) -> None:
    assert check_exact(Check("run", Outcome.VERIFIED), data, json.loads(data)).outcome is outcome
