"""Requests that a gate be opened."""

import pytest

from foundation.canonical_json import JsonObject
from runs_svc.domain import errors
from runs_svc.domain.runs import decision_errors
from runs_svc.domain.runs.gate import RiskLevel
from runs_svc.domain.runs.override import OverridePolicy
from runs_svc.domain.runs.override_requests import (
    RequestState,
    answered_request,
    check_answer,
    check_ask,
    refuse_own_request,
    request_of,
    requests_of,
    waiting_request,
)
from runs_svc.domain.runs.run_view import RunView, view_of
from tests import builders

POLICY, TWO = OverridePolicy(), OverridePolicy(four_eyes=True)
CLOSED = builders.record(report_value=builders.complete_report(overall_risk="YELLOW"))


def view(*kinds: tuple[str, JsonObject]) -> RunView:
    found = view_of(CLOSED.run_id, CLOSED.content, CLOSED.digest.sha256)
    for kind, body in kinds:
        found = found.with_amendment(
            {"kind": kind, "created_at_utc": "2026-03-01T12:00:00Z", "request_id": "req_1", "body": body}
        )
    return found


ASKED: tuple[str, JsonObject] = ("request", {"person": "Ann", "reason": "the bit is new", "risk_level": "YELLOW"})
NO: tuple[str, JsonObject] = ("decline", {"number": 1, "person": "Lead", "reason": "clamp it first"})
YES: tuple[str, JsonObject] = ("override", {"person": "Lead", "reason": "looked at it"})


def ask(of: RunView, level: RiskLevel = RiskLevel.YELLOW) -> None:
    check_ask(of, person="Ann", reason="the bit is new", risk_level=level, policy=POLICY)


def test_a_request_waits_until_it_is_declined_or_the_gate_is_opened() -> None:
    states = [[item.state for item in requests_of(of.later)] for of in (view(ASKED), view(ASKED, NO), view(ASKED, YES))]
    assert states == [[RequestState.WAITING], [RequestState.DECLINED], [RequestState.GRANTED]]
    again = requests_of(view(ASKED, NO, ASKED, YES).later)
    assert [(item.number, item.state) for item in again] == [(1, RequestState.DECLINED), (2, RequestState.GRANTED)]
    assert again[0].answer is not None
    assert again[0].answer["reason"] == "clamp it first"


def test_the_last_request_is_told_once_it_was_answered() -> None:
    told = [answered_request(of.later) for of in (view(), view(ASKED), view(ASKED, NO), view(ASKED, NO, ASKED, YES))]
    assert [item and (item.number, item.state) for item in told] == [
        None,
        None,
        (1, RequestState.DECLINED),
        (2, RequestState.GRANTED),
    ]
    assert answered_request(view(ASKED, NO, ASKED).later) is None


def test_who_may_be_asked_for_what() -> None:
    ask(view())
    ask(view(ASKED, NO))
    with pytest.raises(decision_errors.AlreadyRequestedError, match="Ann asked for it already"):
        ask(view(ASKED))
    with pytest.raises(decision_errors.AlreadyOverriddenError):
        ask(view(YES))
    with pytest.raises(decision_errors.RiskMismatchError):
        ask(view(), RiskLevel.RED)


def test_an_answer_needs_a_request_that_waits() -> None:
    check_answer(view(ASKED), person="Lead", number=1, policy=TWO, proven=True)
    with pytest.raises(decision_errors.RequestNotFoundError, match="no request 2"):
        check_answer(view(ASKED), person="Lead", number=2, policy=POLICY, proven=True)
    with pytest.raises(decision_errors.RequestAlreadyAnsweredError, match="DECLINED"):
        check_answer(view(ASKED, NO), person="Lead", number=1, policy=POLICY, proven=True)
    assert request_of(view(ASKED), 1).person == "Ann"


def test_nobody_answers_their_own_request_where_four_eyes_are_wanted() -> None:
    check_answer(view(ASKED), person="Ann", number=1, policy=POLICY, proven=True)
    with pytest.raises(errors.FourEyesError):
        check_answer(view(ASKED), person=" ann", number=1, policy=TWO, proven=True)
    refuse_own_request("Ann", view(), proven=True)
    assert waiting_request(view().later) is None
