"""Record attempts.

1. a key seen before with the same payload: return the run recorded then
2. every attachment named must be stored, and the parent there
3. ask the feasibility service, with the caller's id and what remains of its deadline; equal inputs once
4. apply the gate policy; a service that is away, or takes longer than the server waits for it, gives an ERROR record;
   a caller that does not wait as long says nothing of the service, and nothing is recorded
5. past the caller's deadline nothing is written, nor is a run that would be too large to be read
6. store the records under fresh ids, drawing again where one is taken
7. audit the programs of what was recorded, as far as the deadline leaves time

Attempts that arrive together take each step together. One that fails does not fail its neighbours.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from foundation.call import Call
from foundation.errors import ServiceError
from foundation.identity import RecordedIdentity
from foundation.timestamps import write_time
from runs_svc.domain.errors import AttachmentNotFoundError, DeadlinePassedError, RecordTooLargeError, RunExistsError
from runs_svc.domain.ids import read_run_id
from runs_svc.domain.runs import gate
from runs_svc.domain.runs.attachment import Attachment
from runs_svc.domain.runs.gate import Decision
from runs_svc.domain.runs.inputs import EarlierReport, Inputs
from runs_svc.domain.runs.report import Report
from runs_svc.domain.runs.run import Attempt, Idempotency, RunRecord, compose, payload_sha256
from runs_svc.domain.runs.run_view import RunView, view_of
from runs_svc.ports import (
    Clock,
    Evaluator,
    FeasibilityUnavailableError,
    IdSource,
    Ledger,
    NoReportInTimeError,
    StoredRun,
    UnbelievableReportError,
)
from runs_svc.usecases.runs.audit_programs import RunPrograms
from runs_svc.usecases.runs.read import read_run
from runs_svc.usecases.runs.sizes import LARGEST_NEW, UNWEIGHED, RunSizes

log = logging.getLogger("rmos.runs")
_STORING_RESERVE = 0.2
"""Share of the caller's remaining time reserved for storing the record."""
_MOST_DRAWS = 5


@dataclass(frozen=True, slots=True)
class RecordResult:
    """A recorded run; `replayed` when it was recorded by an earlier call."""

    run: RunView
    replayed: bool


@dataclass(frozen=True, slots=True)
class RunEvaluation:
    """The decision on an attempt and the report it rests on."""

    decision: Decision
    report: Report | None
    errors: Sequence[str] = ()


Judge = Callable[[Attempt, RunEvaluation], Attempt]


@dataclass(frozen=True, slots=True)
class RecordRequest:
    """An attempt to be recorded.

    `judge` sees the evaluation before anything is written: it may refuse by raising, or say more in the attempt. What
    it adds is not part of what the key is bound to.
    """

    attempt: Attempt
    idempotency_key: str | None
    judge: Judge | None = None


Outcome = RecordResult | ServiceError


class RecordRun:
    def __init__(
        self,
        ledger: Ledger,
        feasibility: Evaluator,
        *,
        clock: Clock,
        ids: IdSource,
        feasibility_timeout_s: float,
        programs: RunPrograms,
        sizes: RunSizes = UNWEIGHED,
    ) -> None:
        self._ledger = ledger
        self._feasibility = feasibility
        self._clock = clock
        self._ids = ids
        self._timeout_s = feasibility_timeout_s
        self._sizes = sizes
        self._programs = programs

    async def record(
        self, attempt: Attempt, *, idempotency_key: str | None, call: Call, judge: Judge | None = None
    ) -> RecordResult:
        """The recorded run.

        Raises:
            IdempotencyKeyReusedError: The key is bound to another payload.
            AttachmentNotFoundError: An attachment was not uploaded.
            RunNotFoundError: The parent is not there.
            InvalidFieldsError, CatalogueEntryNotFoundError, EntryWithdrawnError: The feasibility service refused the
                inputs.
            DeadlinePassedError: The caller has given up; nothing was written.
            RecordTooLargeError: The run could not be read.
            What `judge` raises.
        """
        (outcome,) = await self.together([RecordRequest(attempt, idempotency_key, judge)], call=call)
        if isinstance(outcome, ServiceError):
            raise outcome
        return outcome

    async def together(self, asked: Sequence[RecordRequest], *, call: Call) -> Sequence[Outcome]:
        """The outcome of each attempt: the recorded run, or what a call for it alone would raise."""
        items = [_Item(one) for one in asked]
        for item in items:
            with item:
                await self._find_earlier(item)
        for item in _open(items):
            with item:
                await self._find_named(item)
        await self._evaluate(_open(items), call)
        for item in _open(items):
            with item:
                item.judge(call)
        await self._store(_open(items), call)
        return await asyncio.gather(*(self._audited(item.settled, call) for item in items))

    async def _audited(self, outcome: Outcome, call: Call) -> Outcome:
        """A recorded run with what is found in its programs, unless that stands there already."""
        if isinstance(outcome, ServiceError) or outcome.run.later.audits or not outcome.run.programs.programs:
            return outcome
        if outcome.run.document.feasibility is None:
            return outcome  # nothing was approved that they could keep
        try:
            return replace(outcome, run=await self._programs.audit_view(outcome.run, call=call))
        except ServiceError as error:  # the run is recorded, and its programs are held back until they are audited
            log.warning("programs not audited", extra={"request_id": call.request_id, "cause": str(error)})
            return outcome

    async def _find_earlier(self, item: "_Item") -> None:
        """The run recorded under the same key before."""
        if item.idempotency is not None:
            earlier = await self._ledger.find_replay(item.idempotency)
            if earlier is not None:
                item.outcome = RecordResult(read_run(earlier), replayed=True)

    async def _find_named(self, item: "_Item") -> None:
        """The size and time of each attachment, and the parent."""
        attempt = item.attempt
        if attempt.attachments:
            item.attempt = replace(attempt, attachments=await self._sized(attempt.attachments))
        parent = attempt.linkage.get("parent_run_id")
        if parent:
            await self._ledger.get_index(read_run_id(parent, "linkage.parent_run_id"))

    async def _sized(self, attachments: Sequence[Attachment]) -> Sequence[Attachment]:
        blobs = await self._ledger.find_blobs([item.digest for item in attachments])
        now = write_time(self._clock.now())
        sized: list[Attachment] = []
        for index, item in enumerate(attachments):
            if item.digest not in blobs:
                raise AttachmentNotFoundError(item.digest.sha256, where=f"attachments[{index}].sha256")
            blob = blobs[item.digest]
            program = item.is_program or await self._programs.is_program(item, blob)
            sized.append(replace(item, size_bytes=blob.size_bytes, created_at_utc=now, is_program=program))
        return tuple(sized)

    async def _evaluate(self, items: Sequence["_Item"], call: Call) -> None:
        inputs = {_question(item.attempt.inputs): item.attempt.inputs for item in items}
        questions = [self._ask(one, call) for one in inputs.values()]
        answers = await asyncio.gather(*questions) if len(questions) > 1 else [await one for one in questions]
        answered = dict(zip(inputs, answers, strict=True))
        for item in items:
            answer = answered[_question(item.attempt.inputs)]
            if isinstance(answer, ServiceError):
                item.outcome = answer
            else:
                item.evaluation = answer

    async def _ask(self, inputs: Inputs, call: Call) -> RunEvaluation | ServiceError:
        """The decision on inputs, ERROR while the feasibility service is away; or why the service refused them."""
        remaining_s = call.remaining_s()
        patience_s = None if remaining_s is None else max(remaining_s * (1 - _STORING_RESERVE), 0.0)
        impatient = patience_s is not None and patience_s < self._timeout_s
        timeout_s = patience_s if patience_s is not None and impatient else self._timeout_s
        try:
            report = await self._feasibility.evaluate(inputs, request_id=call.request_id, timeout_s=timeout_s)
        except NoReportInTimeError as error:
            if impatient:
                return DeadlinePassedError("the deadline left no time for the evaluation to end; nothing was stored")
            return _away(error, call)
        except FeasibilityUnavailableError as error:
            return _away(error, call)
        except ServiceError as error:
            return error
        return RunEvaluation(gate.decide(report.content), report)

    async def _store(self, items: Sequence["_Item"], call: Call) -> None:
        for _ in range(_MOST_DRAWS):
            if not items:
                return
            items, records = self._readable(items, [self._compose(item, call) for item in items])
            results = await self._ledger.create_all(records)
            for item, record, result in zip(items, records, results, strict=True):
                with item:
                    item.outcome = outcome = _recorded(record, result)
                    if not outcome.replayed:
                        _tell(record, call)
            items = [item for item in items if isinstance(item.outcome, RunExistsError)]

    def _readable(
        self, items: Sequence["_Item"], records: Sequence[RunRecord]
    ) -> tuple[Sequence["_Item"], Sequence[RunRecord]]:
        """Those that can be read once they are recorded; the others have their outcome."""
        for item, record in zip(items, records, strict=True):
            with item:
                if not self._sizes.surely_fits(len(record.document), LARGEST_NEW):
                    self._sizes.check(view_of(record.run_id, record.content, record.digest.sha256), LARGEST_NEW)
        left = [
            (item, record)
            for item, record in zip(items, records, strict=True)
            if not isinstance(item.outcome, RecordTooLargeError)
        ]
        return [item for item, _ in left], [record for _, record in left]

    def _compose(self, item: "_Item", call: Call) -> RunRecord:
        evaluation = item.evaluation
        assert evaluation is not None
        return compose(
            item.attempt,
            run_id=self._ids.run_id(),
            created_at_utc=write_time(self._clock.now()),
            request_id=call.request_id,
            decision=evaluation.decision,
            report=evaluation.report,
            errors=evaluation.errors,
            idempotency=item.idempotency,
            identity=RecordedIdentity.of(call.identity),
        )


class _Item:
    """An attempt on its way to a record. What is raised inside of it becomes its outcome."""

    __slots__ = ("_judge", "attempt", "evaluation", "idempotency", "outcome")

    def __init__(self, asked: RecordRequest) -> None:
        self.attempt = asked.attempt
        self._judge = asked.judge
        key = asked.idempotency_key
        self.idempotency = Idempotency(key, payload_sha256(asked.attempt), asked.attempt) if key else None
        self.evaluation: RunEvaluation | None = None
        self.outcome: Outcome | None = None

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        if isinstance(error, ServiceError):
            self.outcome = error
        return isinstance(error, ServiceError)

    def judge(self, call: Call) -> None:
        """Let the caller's own rule look at the evaluation, and see that somebody still waits.

        Raises:
            DeadlinePassedError: Nobody does.
            What the rule raises.
        """
        if self._judge is not None and self.evaluation is not None:
            self.attempt = self._judge(self.attempt, self.evaluation)
        remaining_s = call.remaining_s()
        if remaining_s is not None and remaining_s <= 0:
            raise DeadlinePassedError("the deadline passed before the record was written; nothing was stored")

    @property
    def settled(self) -> Outcome:
        """The outcome, once every step is done."""
        assert self.outcome is not None
        return self.outcome


def _away(error: FeasibilityUnavailableError, call: Call) -> RunEvaluation:
    """The decision without a report."""
    log.warning("feasibility service away", extra={"request_id": call.request_id, "cause": error.cause})
    if isinstance(error, UnbelievableReportError):
        reason = "the report of the feasibility service cannot be believed"
        return RunEvaluation(gate.decide_without_report(f"{reason}: {error}"), None, error.violations)
    reason = "the feasibility service could not be asked"
    return RunEvaluation(gate.decide_without_report(reason), None, (f"{reason}: {error}",))


def _tell(record: RunRecord, call: Call) -> None:
    """Tell the log, and whoever asked for the record of it."""
    log.info(
        "run.created",
        extra={
            "run_id": record.run_id.text,
            "status": record.index.status,
            "risk_level": record.index.risk_level,
            "request_id": call.request_id,
        },
    )
    if call.recorded is not None:
        index = record.index
        call.recorded.note(
            record.run_id.text, status=index.status, level=index.risk_level, gate_decision=index.gate_decision
        )


def _open(items: Sequence[_Item]) -> Sequence[_Item]:
    """Those without an outcome."""
    return [item for item in items if item.outcome is None]


def _question(inputs: Inputs) -> tuple[bytes, EarlierReport | None]:
    """What equal attempts have in common."""
    return inputs.canonical, inputs.earlier_report


def _recorded(record: RunRecord, result: StoredRun | ServiceError) -> RecordResult:
    """What the ledger's answer to a record means.

    Raises:
        What the ledger refused it with.
    """
    if isinstance(result, ServiceError):
        raise result
    if result.run.subject_id != record.run_id.text:  # another call with the same key was quicker
        return RecordResult(read_run(result), replayed=True)
    return RecordResult(view_of(record.run_id, record.content, record.digest.sha256), replayed=False)
