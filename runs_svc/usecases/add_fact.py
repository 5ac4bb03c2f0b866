"""Add a later fact to a run.

1. the run's end as it was left; where the fact has a rule of its own, or nothing is remembered, the run is read
2. a key seen before with the same payload: the run as it is
3. nothing is added to a run that was withdrawn; the rule of the fact is checked against the run
4. the fact takes the next number of its kind, behind the newest record; if another writer was quicker, look again
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from rpckit.call import Call
from rpckit.canonical_json import JsonObject
from rpckit.timestamps import write_time
from runs_svc.domain.errors import ConcurrentChangeError, IdempotencyKeyReusedError
from runs_svc.domain.facts import FactKind, compose_fact, payload_sha256
from runs_svc.domain.ids import RunId
from runs_svc.ports import Clock, Ledger, StoredDocument
from runs_svc.usecases.reading import RunView, read_document, read_run
from runs_svc.usecases.run_ends import RunEnd, RunEnds, end_of

_MOST_TRIES = 8


@dataclass(frozen=True, slots=True)
class Added:
    """A fact that stands in the ledger now."""

    run_id: RunId
    fact: Mapping[str, Any]
    """As recorded: this one, or the first under its id or key."""
    sha256: str
    behind_sha256: str
    """Digests of its record and of the one before; both empty when it stood there before."""
    view: RunView | None
    """The run with the fact, where it was read."""


class AddFact:
    def __init__(self, ledger: Ledger, *, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock
        self._ends = RunEnds()

    async def __call__(
        self,
        run_id: RunId,
        kind: FactKind,
        body: JsonObject,
        *,
        call: Call,
        check: Callable[[RunView], None] | None = None,
        idempotency_key: str | None = None,
        fact_id: str | None = None,
    ) -> RunView:
        """The run with the fact. Arguments and errors as for `add`."""
        added = await self.add(
            run_id, kind, body, call=call, check=check, idempotency_key=idempotency_key, fact_id=fact_id
        )
        return added.view or read_run(await self._ledger.get(run_id))

    async def add(
        self,
        run_id: RunId,
        kind: FactKind,
        body: JsonObject,
        *,
        call: Call,
        check: Callable[[RunView], None] | None = None,
        idempotency_key: str | None = None,
        fact_id: str | None = None,
    ) -> Added:
        """The fact as recorded.

        Args:
            run_id: The run it is about.
            kind: What it is.
            body: What it says.
            call: The call it is added in.
            check: Its rule: raises when the run does not take it.
            idempotency_key: Adding twice under a key is a success, and the first stays.
            fact_id: So is adding twice under an id.

        Raises:
            RunNotFoundError: There is no such run.
            IdempotencyKeyReusedError: The key is bound to another payload.
            RunWithdrawnError: The run was withdrawn.
            ConcurrentChangeError: Others kept adding.
            What `check` raises.
        """
        asked = _Asked(run_id, kind, body, call, idempotency_key, fact_id, payload_sha256(kind, body))
        for _ in range(_MOST_TRIES):
            view, end = None, self._ends.find(run_id) if check is None else None
            if end is None:
                view, end = await self._read(run_id)
            if asked.replays(end):
                view = read_run(await self._ledger.get(run_id))
                return Added(run_id, view.fact_under(idempotency_key) or {}, "", "", view)
            end.refuse_withdrawn(run_id)
            if check is not None and view is not None:
                check(view)
            stored = await self._append(asked, end)
            fact = read_document(stored)
            if asked.is_kept(fact, stored, end):
                self._ends.left(run_id, end.with_fact(fact, stored))
                view = view and view.with_fact(fact)
                return Added(run_id, fact, stored.sha256, stored.previous_sha256, view)
            self._ends.forget(run_id)
            if asked.was_there(stored):
                return Added(run_id, fact, "", "", read_run(await self._ledger.get(run_id)))
        raise ConcurrentChangeError(str(run_id))

    async def _read(self, run_id: RunId) -> tuple[RunView, RunEnd]:
        stored = await self._ledger.get(run_id)
        view = read_run(stored)
        return view, end_of(stored, view)

    async def _append(self, asked: "_Asked", end: RunEnd) -> StoredDocument:
        return await self._ledger.append(
            asked.run_id,
            kind=asked.kind.value,
            record_id=f"{asked.run_id}/{asked.fact_id or f'{end.counts.get(asked.kind.value, 0):06}'}",
            compose=compose_fact(
                asked.kind,
                asked.body,
                run_id=asked.run_id,
                request_id=asked.call.request_id,
                created_at_utc=write_time(self._clock.now()),
                idempotency_key=asked.idempotency_key,
                payload=asked.payload,
            ),
            behind=end.newest,
        )


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is to be added."""

    run_id: RunId
    kind: FactKind
    body: JsonObject
    call: Call
    idempotency_key: str | None
    fact_id: str | None
    payload: str
    """Digest of kind and body."""

    def replays(self, end: RunEnd) -> bool:
        """Whether it was added before, under its key.

        Raises:
            IdempotencyKeyReusedError: The key is bound to something else.
        """
        key = self.idempotency_key
        recorded = None if key is None else end.keys.get(key)
        if key is None or recorded is None:
            return False
        if recorded != self.payload:
            raise IdempotencyKeyReusedError(key=key, recorded_sha256=recorded, given_sha256=self.payload)
        return True

    def is_kept(self, fact: Mapping[str, Any], stored: StoredDocument, end: RunEnd) -> bool:
        """Whether what stands behind the end now is this."""
        ours = (fact["request_id"], fact.get("payload_sha256")) == (self.call.request_id, self.payload)
        return ours and stored.previous_sha256 == end.newest.sha256

    def was_there(self, stored: StoredDocument) -> bool:
        """Whether the first under its id is what the ledger gave."""
        under = f"{self.run_id}/{self.fact_id}"
        return self.fact_id is not None and (stored.kind, stored.record_id) == (self.kind.value, under)
