"""Add an amendment to a run.

1. the head of the run; where the amendment has a rule of its own, the run is read
2. a key seen before with the same payload: the run as it is
3. nothing is added to a run that was withdrawn; the rule of the amendment is checked against the run, and so is
   whether the run can still be read with it
4. the amendment takes the next number of its kind, after the newest record; if another writer was first, start over
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import orjson

from foundation.call import Call
from foundation.canonical_json import JsonMapping, JsonObject
from foundation.identity import RecordedIdentity
from foundation.timestamps import write_time
from runs_svc.domain.errors import ConcurrentChangeError, IdempotencyKeyReusedError
from runs_svc.domain.ids import RunId
from runs_svc.domain.runs.amendments import AmendmentDraft, AmendmentKind, compose_amendment, payload_sha256
from runs_svc.domain.runs.document import StoredDocument, read_document
from runs_svc.domain.runs.run_head import RunHead, head_of
from runs_svc.domain.runs.run_view import RunView
from runs_svc.ports import Clock, Ledger
from runs_svc.usecases.runs.read import read_run
from runs_svc.usecases.runs.sizes import UNWEIGHED, RunSizes, largest_after

log = logging.getLogger("rmos.runs")
_EVENTS = {AmendmentKind.ADVISORY: "advisory.attached", AmendmentKind.EXPLANATION: "explanation.set"}
"""What the log calls those that are looked for in it."""
_MOST_TRIES = 8
_AMENDMENT_BYTES = 1_024
"""What an amendment has beside its body, at most."""


class AmendResult(NamedTuple):
    """An amendment that stands in the ledger now."""

    run_id: RunId
    amendment: JsonMapping
    """As recorded: this one, or the first under its id or key."""
    sha256: str
    before_sha256: str
    """Digests of its record and of the one before; both empty when it stood there before."""
    view: RunView | None
    """The run with the amendment, where it was read."""


@dataclass(frozen=True, slots=True)
class NewAmendment:
    """An amendment as somebody wants it."""

    kind: AmendmentKind
    body: JsonObject
    """What it says."""
    check: Callable[[RunView], None] | None = None
    """Its rule: raises when the run does not take it."""
    idempotency_key: str | None = None
    """Adding twice under a key is a success, and the first stays."""
    amendment_id: str | None = None
    """So is adding twice under an id."""
    most_bytes: int | None = None
    """How large the run's message may become with it; None: what its kind allows."""


class AmendRun:
    def __init__(self, ledger: Ledger, *, clock: Clock, sizes: RunSizes = UNWEIGHED) -> None:
        self._ledger = ledger
        self._clock = clock
        self._sizes = sizes

    async def amend(self, run_id: RunId, amendment: NewAmendment, *, call: Call) -> RunView:
        """The run with the amendment. Arguments and errors as for `add`."""
        added = await self.add(run_id, amendment, call=call)
        return added.view or read_run(await self._ledger.get(run_id))

    async def add(self, run_id: RunId, amendment: NewAmendment, *, call: Call) -> AmendResult:
        """The amendment as recorded.

        Args:
            run_id: The run it is about.
            amendment: What is added.
            call: The call it is added in.

        Raises:
            RunNotFoundError: There is no such run.
            IdempotencyKeyReusedError: The key is bound to another payload.
            RunWithdrawnError: The run was withdrawn.
            RecordTooLargeError: The run could not be read with it.
            ConcurrentChangeError: Others kept adding.
            What its own rule raises.
        """
        asked = _AmendRequest(run_id, amendment, call, payload_sha256(amendment.kind, amendment.body))
        for _ in range(_MOST_TRIES):
            result = await self._try(asked)
            if result is not None:
                await self._tell(amendment.kind, result, call)
                return result
        raise ConcurrentChangeError(str(run_id))

    async def _tell(self, kind: AmendmentKind, result: AmendResult, call: Call) -> None:
        event = _EVENTS.get(kind)
        if event is None or not result.before_sha256 or not log.isEnabledFor(logging.INFO):
            return
        index = await self._ledger.get_index(result.run_id)
        log.info(
            event,
            extra={
                "run_id": str(result.run_id),
                "status": index.status,
                "risk_level": index.risk_level,
                "request_id": call.request_id,
            },
        )

    async def _try(self, asked: "_AmendRequest") -> AmendResult | None:
        """The result of one attempt; None when another writer was quicker."""
        run_id, check = asked.run_id, asked.given.check
        view, head = (None, await self._ledger.head(run_id)) if check is None else await self._read(run_id)
        if asked.replays(head):
            view = read_run(await self._ledger.get(run_id))
            return AmendResult(run_id, view.amendment_under(asked.given.idempotency_key) or {}, "", "", view)
        head.refuse_withdrawn()
        if check is not None and view is not None:
            check(view)
        draft = asked.draft(write_time(self._clock.now()))
        await self._check_size(asked, draft, head)
        stored = await self._ledger.append(
            run_id,
            kind=asked.given.kind.value,
            record_id=asked.record_id(head),
            compose=draft,
            expected_head=head.newest,
        )
        if stored.document is draft.document:  # otherwise it is what was recorded there before
            view = view and view.with_amendment(draft.value)
            return AmendResult(run_id, draft.value, stored.sha256, stored.previous_sha256, view)
        if asked.is_first(stored):
            return AmendResult(run_id, read_document(stored), "", "", read_run(await self._ledger.get(run_id)))
        return None

    async def _check_size(self, asked: "_AmendRequest", draft: AmendmentDraft, head: RunHead) -> None:
        """Refuse what would make the run too large to be read.

        Raises:
            RecordTooLargeError: It would.
        """
        if self._sizes.surely_fits(
            head.json_bytes + len(orjson.dumps(asked.given.body)) + _AMENDMENT_BYTES, asked.most_bytes
        ):
            return
        view = read_run(await self._ledger.get(asked.run_id))
        # the first under an id stays, however full the run is
        if asked.given.amendment_id is None or not view.has_advisory(asked.given.amendment_id):
            draft(0, "")
            self._sizes.check(view.with_amendment(draft.value), asked.most_bytes)

    async def _read(self, run_id: RunId) -> tuple[RunView, RunHead]:
        stored = await self._ledger.get(run_id)
        return read_run(stored), head_of(stored.documents)


class _AmendRequest(NamedTuple):
    """What is to be added to a run."""

    run_id: RunId
    given: NewAmendment
    call: Call
    payload: str
    """Digest of kind and body."""

    @property
    def most_bytes(self) -> int:
        """How large the run's message may become."""
        return self.given.most_bytes or largest_after(self.given.kind)

    def replays(self, head: RunHead) -> bool:
        """Whether it was added before, under its key.

        Raises:
            IdempotencyKeyReusedError: The key is bound to something else.
        """
        key = self.given.idempotency_key
        recorded = None if key is None else head.keys.get(key)
        if key is None or recorded is None:
            return False
        if recorded != self.payload:
            raise IdempotencyKeyReusedError(key=key, recorded_sha256=recorded, given_sha256=self.payload)
        return True

    def draft(self, created_at_utc: str) -> AmendmentDraft:
        """The amendment, recorded at a time."""
        return compose_amendment(
            self.given.kind,
            self.given.body,
            run_id=self.run_id,
            request_id=self.call.request_id,
            created_at_utc=created_at_utc,
            idempotency_key=self.given.idempotency_key,
            payload=self.payload,
            identity=RecordedIdentity.of(self.call.identity).to_json(),
        )

    def record_id(self, head: RunHead) -> str:
        """Its own id, or the next number of its kind."""
        return f"{self.run_id.text}/{self.given.amendment_id or f'{head.counts.get(self.given.kind.value, 0):06}'}"

    def is_first(self, stored: StoredDocument) -> bool:
        """Whether a record is the first under the same id."""
        under = f"{self.run_id.text}/{self.given.amendment_id}"
        return self.given.amendment_id is not None and (stored.kind, stored.record_id) == (self.given.kind.value, under)
