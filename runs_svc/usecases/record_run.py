"""Record an attempt.

1. a key seen before with the same payload: return the run recorded then
2. every attachment named must be stored
3. ask the feasibility service, with the caller's id and what remains of its deadline
4. apply the gate policy; a service that is away gives an ERROR record
5. past the caller's deadline nothing is written
6. keep the record under a fresh id, drawing again if it is taken
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from rpckit.call import Call
from rpckit.timestamps import write_time
from runs_svc.domain import gate
from runs_svc.domain.attachment import Attachment
from runs_svc.domain.errors import AttachmentNotFoundError, DeadlinePassedError, RunExistsError
from runs_svc.domain.gate import Decision
from runs_svc.domain.ids import read_run_id
from runs_svc.domain.report import Report
from runs_svc.domain.run import Attempt, Idempotency, RunRecord, compose, payload_sha256
from runs_svc.ports import Clock, Evaluator, FeasibilityUnavailableError, IdSource, Ledger
from runs_svc.usecases.asked_once import AskedOnce
from runs_svc.usecases.reading import RunView, read_run, view_of

log = logging.getLogger("rmos.runs")
_STORING_RESERVE = 0.2
"""Share of the caller's remaining time kept back for storing the record."""
_MOST_DRAWS = 5


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recorded run; `replayed` when it was recorded by an earlier call."""

    run: RunView
    replayed: bool


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The decision on an attempt and the report it rests on."""

    decision: Decision
    report: Report | None
    errors: Sequence[str] = ()


Judge = Callable[[Attempt, Evaluation], Attempt]


class RecordRun:
    def __init__(
        self, ledger: Ledger, feasibility: Evaluator, *, clock: Clock, ids: IdSource, feasibility_timeout_s: float
    ) -> None:
        self._ledger = ledger
        self._feasibility = feasibility
        self._clock = clock
        self._ids = ids
        self._timeout_s = feasibility_timeout_s

    async def __call__(
        self, attempt: Attempt, *, idempotency_key: str | None, call: Call, judge: Judge | None = None
    ) -> Recorded:
        """The recorded run.

        `judge` sees the evaluation before anything is written: it may refuse by raising, or say more in the attempt.
        What it adds is not part of what the key is bound to.

        Raises:
            IdempotencyKeyReusedError: The key is bound to another payload.
            AttachmentNotFoundError: An attachment was not uploaded.
            RunNotFoundError: The parent is not there.
            InvalidFieldsError, CatalogueEntryNotFoundError: The feasibility service refused the inputs.
            DeadlinePassedError: The caller has given up; nothing was written.
        """
        idempotency = Idempotency(idempotency_key, payload_sha256(attempt)) if idempotency_key else None
        if idempotency is not None:
            earlier = await self._ledger.find_replay(idempotency)
            if earlier is not None:
                return Recorded(read_run(earlier), replayed=True)
        attempt = await self._with_sizes(attempt)
        parent = attempt.linkage.get("parent_run_id")
        if parent:
            await self._ledger.get_index(read_run_id(parent, "linkage.parent_run_id"))
        evaluation = await self._evaluate(attempt, call)
        if judge is not None:
            attempt = judge(attempt, evaluation)
        remaining_s = call.remaining_s()
        if remaining_s is not None and remaining_s <= 0:
            raise DeadlinePassedError("the deadline passed before the record was written; nothing was stored")
        return await self._store(attempt, evaluation, idempotency, call)

    def for_batch(self) -> "RecordRun":
        """The same for attempts that arrived together: equal inputs are evaluated once."""
        once = AskedOnce(self._feasibility)
        return RecordRun(self._ledger, once, clock=self._clock, ids=self._ids, feasibility_timeout_s=self._timeout_s)

    async def _with_sizes(self, attempt: Attempt) -> Attempt:
        """The attempt with the size and time of each attachment it names."""
        if not attempt.attachments:
            return attempt
        blobs = await self._ledger.find_blobs([item.digest for item in attempt.attachments])
        now = write_time(self._clock.now())
        sized: list[Attachment] = []
        for index, item in enumerate(attempt.attachments):
            if item.digest not in blobs:
                raise AttachmentNotFoundError(item.digest.sha256, where=f"attachments[{index}].sha256")
            sized.append(replace(item, size_bytes=blobs[item.digest].size_bytes, created_at_utc=now))
        return replace(attempt, attachments=tuple(sized))

    async def _evaluate(self, attempt: Attempt, call: Call) -> Evaluation:
        """The decision on an attempt; ERROR while the feasibility service is away.

        Raises:
            InvalidFieldsError, CatalogueEntryNotFoundError: The feasibility service refused the inputs.
        """
        remaining_s = call.remaining_s()
        timeout_s = self._timeout_s
        if remaining_s is not None:
            timeout_s = min(timeout_s, remaining_s * (1 - _STORING_RESERVE))
        try:
            report = await self._feasibility.evaluate(
                attempt.inputs, request_id=call.request_id, timeout_s=max(timeout_s, 0.0)
            )
        except FeasibilityUnavailableError as error:
            log.warning("feasibility service away", extra={"request_id": call.request_id, "cause": str(error)})
            reason = "the feasibility service could not be asked"
            return Evaluation(gate.decide_without_report(reason), None, (f"{reason}: {error}",))
        return Evaluation(gate.decide(report.content), report)

    async def _store(
        self, attempt: Attempt, evaluation: Evaluation, idempotency: Idempotency | None, call: Call
    ) -> Recorded:
        for _ in range(_MOST_DRAWS):
            record = self._compose(attempt, evaluation, idempotency, call)
            try:
                stored = await self._ledger.create(record)
            except RunExistsError:
                continue
            if stored.run.subject_id != record.run_id.text:  # another call with the same key was quicker
                return Recorded(read_run(stored), replayed=True)
            return Recorded(view_of(record.run_id, record.value, record.digest.sha256), replayed=False)
        raise RunExistsError(str(record.run_id))

    def _compose(
        self, attempt: Attempt, evaluation: Evaluation, idempotency: Idempotency | None, call: Call
    ) -> RunRecord:
        return compose(
            attempt,
            run_id=self._ids.run_id(),
            created_at_utc=write_time(self._clock.now()),
            request_id=call.request_id,
            decision=evaluation.decision,
            report=evaluation.report,
            errors=evaluation.errors,
            idempotency=idempotency,
        )
