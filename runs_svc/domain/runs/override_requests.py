"""Requests that a gate be opened: what became of each, and who may ask and answer.

A request opens nothing. It is answered by an override of its run, or by somebody who says no.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from foundation.canonical_json import JsonMapping
from foundation.json_members import number, text
from runs_svc.domain.runs.amendments import Amendments
from runs_svc.domain.runs.decision_errors import (
    AlreadyRequestedError,
    RequestAlreadyAnsweredError,
    RequestNotFoundError,
)
from runs_svc.domain.runs.four_eyes import refuse_own
from runs_svc.domain.runs.gate import RiskLevel
from runs_svc.domain.runs.override import OverridePolicy, OverrideRequest, check_override, refuse_refused_by_v1
from runs_svc.domain.runs.run_view import RunView


class RequestState(StrEnum):
    """What became of a request."""

    WAITING = "WAITING"
    GRANTED = "GRANTED"
    DECLINED = "DECLINED"


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """A request as it stands behind its run."""

    number: int
    """Counts from 1."""
    body: JsonMapping
    """As it was recorded, with its time and call."""
    state: RequestState
    answer: JsonMapping | None
    """The override, or who said no."""

    @property
    def person(self) -> str:
        return text(self.body, "person")


def requests_of(later: Amendments) -> Sequence[RecordedRequest]:
    """The requests about a run, oldest first."""
    declines = {number(item, "number"): item for item in reversed(later.declines)}
    found = []
    for place, body in enumerate(later.requests, start=1):
        if place in declines:
            found.append(RecordedRequest(place, body, RequestState.DECLINED, declines[place]))
        elif later.override is not None:
            found.append(RecordedRequest(place, body, RequestState.GRANTED, later.override))
        else:
            found.append(RecordedRequest(place, body, RequestState.WAITING, None))
    return found


def waiting_request(later: Amendments) -> RecordedRequest | None:
    """The request that nobody has answered yet; there is never more than one."""
    return next((item for item in requests_of(later) if item.state is RequestState.WAITING), None)


def answered_request(later: Amendments) -> RecordedRequest | None:
    """The last request, where it was answered."""
    last = next(reversed(requests_of(later)), None)
    return None if last is None or last.state is RequestState.WAITING else last


def request_of(view: RunView, wanted: int) -> RecordedRequest:
    """The request of a number.

    Raises:
        RequestNotFoundError: There is none.
    """
    for item in requests_of(view.later):
        if item.number == wanted:
            return item
    raise RequestNotFoundError(str(view.run_id), wanted)


def check_ask(view: RunView, *, person: str, reason: str, risk_level: RiskLevel, policy: OverridePolicy) -> None:
    """Refuse a request that nobody could grant, or a second one while another waits.

    Raises:
        RefusedByV1Error, NotBlockedError, AlreadyOverriddenError, RiskMismatchError, RedOverrideDisabledError: As an
            override would be refused.
        AlreadyRequestedError: Another request waits.
    """
    refuse_refused_by_v1(view.document)
    check_override(
        OverrideRequest(person, reason, risk_level, risk_acknowledged=True),
        policy=policy,
        run_id=str(view.run_id),
        risk_level=view.document.decision.risk_level,
        gate=view.gate,
    )
    waiting = waiting_request(view.later)
    if waiting is not None:
        raise AlreadyRequestedError(str(view.run_id), waiting.person)


def check_answer(view: RunView, *, person: str, number: int, policy: OverridePolicy, proven: bool) -> None:
    """Refuse an answer to a request that is not there, was answered before, or is one's own.

    Raises:
        RequestNotFoundError, RequestAlreadyAnsweredError, FourEyesError: It is.
    """
    asked = request_of(view, number)
    if asked.state is not RequestState.WAITING:
        raise RequestAlreadyAnsweredError(str(view.run_id), number, asked.state.value)
    if policy.four_eyes:
        refuse_own_request(person, view, proven=proven)


def refuse_own_request(person: str, view: RunView, *, proven: bool) -> None:
    """Refuse whoever asked for it themselves.

    Raises:
        FourEyesError: They did.
    """
    asked = waiting_request(view.later)
    if asked is not None:
        refuse_own(person, [asked.person], kind="run", name=f"runs/{view.run_id}", proven=proven)
