"""Which runs may be withdrawn, and what a withdrawn run still takes."""

import pytest

from foundation.errors import InvalidFieldsError
from runs_svc.domain.errors import RunWithdrawnError
from runs_svc.domain.listing.filters import comparisons, parse
from runs_svc.domain.runs.amendments import Amendments
from runs_svc.domain.runs.gate_guard import refuse_closed_gate, refuse_withdrawn
from runs_svc.domain.upkeep.retention import RetentionPolicy, read_person, read_reason
from tests import builders

CUTOFF = "2026-06-01T00:00:00.000000Z"
INDEX = builders.record().index  # of March 2026
TOMBSTONE = {"person": "M. Sato", "reason": "kept for long enough"}


def test_an_old_run_may_be_withdrawn_once_and_not_while_it_is_held() -> None:
    policy = RetentionPolicy(30)
    assert policy.refusal(INDEX, cutoff_utc=CUTOFF) == ""
    assert policy.refusal(INDEX._replace(legal_hold="yes"), cutoff_utc=CUTOFF) == "it is under a legal hold"
    assert policy.refusal(INDEX._replace(withdrawn="yes"), cutoff_utc=CUTOFF) == "it was withdrawn before"
    assert policy.refusal(INDEX, cutoff_utc=INDEX.created_at_utc) == "it is not 30 days old"
    assert "RMOS_RETENTION_DAYS" in RetentionPolicy(None).refusal(INDEX, cutoff_utc=CUTOFF)


@pytest.mark.parametrize("text", ["", "short", "x" * 501, "      ", "\u200b" * 6, "\u3164" * 6])
def test_a_reason_has_6_to_500_characters(text: str) -> None:
    with pytest.raises(InvalidFieldsError, match="6 to 500"):
        read_reason(text)


def test_somebody_has_to_decide() -> None:
    assert read_person("M. Sato") == "M. Sato"
    with pytest.raises(InvalidFieldsError, match="a named person"):
        read_person(" ")
    with pytest.raises(InvalidFieldsError, match=r"person: '\\u200b': U\+200B is not visible"):
        read_person("\u200b")


@pytest.mark.parametrize("refuse", [refuse_withdrawn, refuse_closed_gate])
def test_a_withdrawn_run_says_why_it_takes_nothing(refuse: object) -> None:
    run = builders.record(report_value=builders.complete_report()).content
    assert callable(refuse)
    refuse(run, Amendments())
    with pytest.raises(RunWithdrawnError, match="kept for long enough"):
        refuse(run, Amendments(tombstone=TOMBSTONE))


def test_every_comparison_of_a_filter_is_found() -> None:
    condition = parse("mode = saw AND NOT (status IN (OK, BLOCKED) OR score < 3)")
    assert condition is not None
    assert [(item.field, item.value) for item in comparisons(condition)] == [
        ("mode", "saw"),
        ("status", "OK"),
        ("status", "BLOCKED"),
        ("score", 3.0),
    ]
