"""Add a later fact to a run.

1. a key seen before with the same payload: the run as it is
2. the rule of the fact is checked against the run as it is
3. the fact takes the next free number of its kind; if another writer took it, look again
"""

from collections.abc import Callable

from rpckit.call import Call
from rpckit.canonical_json import JsonObject
from rpckit.timestamps import write_time
from runs_svc.domain.errors import ConcurrentChangeError, IdempotencyKeyReusedError
from runs_svc.domain.facts import FactKind, compose_fact, payload_sha256
from runs_svc.domain.ids import RunId
from runs_svc.domain.release import refuse_withdrawn
from runs_svc.ports import Clock, Ledger
from runs_svc.usecases.reading import RunView, read_document, read_run

_MOST_TRIES = 8


class AddFact:
    def __init__(self, ledger: Ledger, *, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock

    async def __call__(
        self,
        run_id: RunId,
        kind: FactKind,
        body: JsonObject,
        *,
        call: Call,
        check: Callable[[RunView], None] = lambda view: None,
        idempotency_key: str | None = None,
        fact_id: str | None = None,
    ) -> RunView:
        """The run with the fact. With a `fact_id` adding twice is a success, and the first stays.

        Raises:
            RunNotFoundError: There is no such run.
            IdempotencyKeyReusedError: The key is bound to another payload.
            RunWithdrawnError: The run was withdrawn.
            ConcurrentChangeError: Others kept adding.
            What `check` raises.
        """
        payload = payload_sha256(kind, body)
        for _ in range(_MOST_TRIES):
            stored = await self._ledger.get(run_id)
            view = read_run(stored)
            if _replays(view, idempotency_key, payload):
                return view
            refuse_withdrawn(view.document, view.later)
            check(view)
            number = sum(fact.kind == kind.value for fact in stored.facts)
            fact = await self._ledger.append(
                run_id,
                kind=kind.value,
                record_id=f"{run_id}/{fact_id or f'{number:06}'}",
                compose=compose_fact(
                    kind,
                    body,
                    run_id=run_id,
                    request_id=call.request_id,
                    created_at_utc=write_time(self._clock.now()),
                    idempotency_key=idempotency_key,
                ),
            )
            added = read_document(fact)
            if fact_id or (added["request_id"], added["payload_sha256"]) == (call.request_id, payload):
                if fact.previous_sha256 == stored.documents[-1].sha256:  # nobody else was quicker: this is all there is
                    return view.with_fact(added)
                return read_run(await self._ledger.get(run_id))
        raise ConcurrentChangeError(str(run_id))


def _replays(view: RunView, key: str | None, payload: str) -> bool:
    earlier = view.fact_under(key)
    if earlier is None:
        return False
    if earlier["payload_sha256"] != payload:
        raise IdempotencyKeyReusedError(
            key=earlier["idempotency_key"], recorded_sha256=earlier["payload_sha256"], given_sha256=payload
        )
    return True
