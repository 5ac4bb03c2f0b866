"""Ask that a gate be opened, say no, and list what waits for an answer or was answered."""

from collections.abc import Sequence
from dataclasses import dataclass

from foundation.call import Call
from foundation.canonical_json import JsonObject
from foundation.errors import InvalidPageTokenError
from rpckit import page_tokens
from runs_svc.domain.ids import RunId
from runs_svc.domain.listing import filters
from runs_svc.domain.runs.amendments import AmendmentKind
from runs_svc.domain.runs.gate import RiskLevel
from runs_svc.domain.runs.override import OverridePolicy
from runs_svc.domain.runs.override_requests import (
    RecordedRequest,
    answered_request,
    check_answer,
    check_ask,
    waiting_request,
)
from runs_svc.domain.runs.run_view import RunView
from runs_svc.ports import Ledger, ListedRun, ListQuery
from runs_svc.usecases.runs.amend import AmendRun, NewAmendment
from runs_svc.usecases.runs.list import DEFAULT_PAGE
from runs_svc.usecases.runs.read import readable_run


def _with(state: str) -> filters.And:
    """Runs kept whose last request is in a state of the index."""
    return filters.And((filters.Comparison("override_request", "=", state), filters.Comparison("withdrawn", "=", "no")))


_WAITING, _ANSWERED = _with("waiting"), _with("answered")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request that waits or was answered, its run, and the run's row."""

    request: RecordedRequest
    view: RunView
    listed: ListedRun


@dataclass(frozen=True, slots=True)
class WaitingPage:
    """A page of requests, the runs that cannot be read, where to go on, and how many runs there are in all."""

    requests: Sequence[Waiting]
    unreachable: Sequence[RunId]
    next_token: str
    total: int


class OverrideRequests:
    def __init__(self, ledger: Ledger, amend_run: AmendRun, *, policy: OverridePolicy) -> None:
        self._ledger = ledger
        self._amend_run = amend_run
        self._policy = policy

    async def ask(
        self,
        run_id: RunId,
        *,
        person: str,
        reason: str,
        risk_level: RiskLevel,
        idempotency_key: str | None,
        call: Call,
    ) -> RunView:
        """The run with the request.

        Raises:
            OverrideRefusedError: Nobody could grant it, or another one waits.
            As `AmendRun.add`.
        """

        def check(view: RunView) -> None:
            check_ask(view, person=person, reason=reason, risk_level=risk_level, policy=self._policy)

        body: JsonObject = {"person": person, "reason": reason, "risk_level": risk_level.value}
        asked = NewAmendment(AmendmentKind.REQUEST, body, check=check, idempotency_key=idempotency_key)
        return await self._amend_run.amend(run_id, asked, call=call)

    async def decline(
        self, run_id: RunId, number: int, *, person: str, reason: str, idempotency_key: str | None, call: Call
    ) -> RunView:
        """The run with the answer.

        Raises:
            RequestNotFoundError, RequestAlreadyAnsweredError, FourEyesError: The answer is refused.
            As `AmendRun.add`.
        """

        proven = call.identity is not None

        def check(view: RunView) -> None:
            check_answer(view, person=person, number=number, policy=self._policy, proven=proven)

        body: JsonObject = {"number": number, "person": person, "reason": reason}
        declined = NewAmendment(AmendmentKind.DECLINE, body, check=check, idempotency_key=idempotency_key)
        return await self._amend_run.amend(run_id, declined, call=call)

    async def page(
        self, room: page_tokens.Room[Waiting], *, answered: bool, filter_text: str, page_size: int, page_token: str
    ) -> WaitingPage:
        """A page of requests: those that wait, oldest run first, or those answered last, newest run first.

        It ends where its room does.

        Raises:
            InvalidFilterError, InvalidPageTokenError, InvalidFieldsError: As a list of runs.
        """
        given = filters.parse(filter_text)
        state = _ANSWERED if answered else _WAITING
        condition = state if given is None else filters.And((given, state))
        find = answered_request if answered else waiting_request
        size = page_tokens.page_size(page_size, default=DEFAULT_PAGE)
        query = f"{'answered' if answered else 'requests'}\n{filter_text}"
        after = _position(page_token, query)
        rows = await self._ledger.scan(ListQuery(condition, size + 1, newest_first=answered, after=after))
        taken: list[ListedRun] = []
        found: list[Waiting] = []
        unreachable: list[RunId] = []
        for row in rows[:size]:
            view = await readable_run(self._ledger, row.run_id) if row.intact else None
            request = None if view is None else find(view.later)
            if view is None:
                unreachable.append(row.run_id)
            elif request is not None:  # otherwise it was answered, or asked again, in between
                waiting = Waiting(request, view, row)
                if not room.take(waiting):
                    break
                found.append(waiting)
            taken.append(row)
        more = len(rows) > len(taken)
        last = taken[-1] if taken else None
        token = page_tokens.write_token(query, [last.index.created_at_utc, str(last.run_id)]) if more and last else ""
        return WaitingPage(found, unreachable, token, await self._ledger.count(condition))


def _position(token: str, query: str) -> tuple[str, str] | None:
    position = page_tokens.read_token(token, query)
    if position is None:
        return None
    if len(position) != 2:
        raise InvalidPageTokenError
    return position[0], position[1]
