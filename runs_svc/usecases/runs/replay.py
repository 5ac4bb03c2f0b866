"""Replay a run: evaluate its stored inputs again and record the outcome as a child.

1. record a child with the stored inputs and the same programs, as any other attempt; with the catalogue as it was then,
   where that is asked for, or something that the run names was withdrawn since
2. while the feasibility service gives no report nothing can be compared: that is said, and nothing is recorded
3. before it is written, say what differs from then: engine, level, score, what the workshop has measured
4. a run that drifted is refused without a note, unless the gate only warns
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from foundation import canonical_json
from foundation.call import Call
from foundation.canonical_json import JsonMapping, JsonObject
from foundation.errors import InvalidFieldsError
from foundation.json_members import child, children, number, text, texts
from runs_svc.domain.errors import (
    MOST_DRIFT_TOLD,
    EntryWithdrawnError,
    InexactRecordError,
    ReplayBlockedError,
    ReplayUnavailableError,
)
from runs_svc.domain.ids import RunId
from runs_svc.domain.runs.inputs import EarlierReport
from runs_svc.domain.runs.run import Attempt
from runs_svc.domain.runs.run_view import RunView
from runs_svc.ports import Ledger
from runs_svc.usecases.runs.execute import RecordExecution
from runs_svc.usecases.runs.read import read_run
from runs_svc.usecases.runs.record import RecordRun, RunEvaluation

_COMPARED = (("overall_risk", "level"), ("overall_score", "score"))
_UNTOLD = "the catalogue changed, and the report of then does not tell what it used of it"
_RETIRED = frozenset({"baseline_v1"})
"""Engines that are no more: what was asked of one is asked of the default."""


@dataclass(frozen=True, slots=True)
class ReplayGate:
    """What happens to a run that drifted."""

    mode: Literal["block", "soft_block"]
    require_note: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an engine said. `score` is None where there was none."""

    engine_id: str
    engine_version: str
    risk: str
    score: float | None

    def differs_in_engine(self, other: "Verdict") -> bool:
        return (self.engine_id, self.engine_version) != (other.engine_id, other.engine_version)

    def __str__(self) -> str:
        score = "no score" if self.score is None else f"score {self.score:.1f}"
        return f"{self.engine_id} {self.engine_version} {self.risk} ({score})"


@dataclass(frozen=True, slots=True)
class Replayed:
    """The child run, and what differs from its parent."""

    run: RunView
    then: Verdict | None
    """None where the parent has no report."""
    now: Verdict | None
    drift: Sequence[str]
    warnings: Sequence[str]
    replayed: bool

    @property
    def engine_changed(self) -> bool:
        """Whether another engine, or another version of it, gave the verdict then."""
        return self.then is not None and self.now is not None and self.then.differs_in_engine(self.now)


class ReplayRun:
    def __init__(self, ledger: Ledger, record_run: RecordRun, execution: RecordExecution, *, gate: ReplayGate) -> None:
        self._ledger = ledger
        self._record_run = record_run
        self._execution = execution
        self._gate = gate

    async def replay(
        self,
        run_id: RunId,
        *,
        instrument_serial: str,
        operator: str,
        note: str,
        idempotency_key: str | None,
        call: Call,
        with_earlier_catalogue: bool = False,
    ) -> Replayed:
        """The child run.

        Raises:
            InvalidFieldsError: The catalogue of then is asked for, and no report tells it.
            RunNotFoundError: There is no such run.
            InputsNotRecordedError: It was imported without its inputs.
            InexactRecordError: It holds a number from an older store that cannot be written again.
            ReplayBlockedError: It drifted and no note was given.
            ReplayUnavailableError: The feasibility service gave no report.
            As `RecordRun`.
        """
        parent = read_run(await self._ledger.get(run_id))
        _refuse_inexact(parent)
        attempt = _attempt_of(parent, instrument_serial=instrument_serial, operator=operator, note=note)
        earlier = _with_earlier_catalogue(attempt, parent)
        if with_earlier_catalogue:
            if earlier is None:
                raise InvalidFieldsError.one("with_earlier_catalogue", "the run has no report that tells its catalogue")
            asked = {**(attempt.asked or {}), "with_earlier_catalogue": True}
            attempt, earlier = replace(earlier, asked=asked), None

        def judge(child: Attempt, evaluation: RunEvaluation) -> Attempt:
            if evaluation.report is None:
                raise ReplayUnavailableError(str(run_id), evaluation.decision.block_reason)
            drift = list(_drift(parent.document.feasibility or {}, evaluation.report.content))
            if drift and self._gate.mode == "block" and self._gate.require_note and not note:
                raise ReplayBlockedError(str(run_id), drift)
            summary: JsonObject = {"count": len(drift), "fields": drift}
            return replace(child, meta={"replay": {"drift_detected": bool(drift), "drift_summary": summary}})

        withdrawn = ""
        try:
            recorded = await self._record_run.record(attempt, idempotency_key=idempotency_key, call=call, judge=judge)
        except EntryWithdrawnError as error:
            if earlier is None:
                raise
            withdrawn = str(error)
            recorded = await self._record_run.record(earlier, idempotency_key=idempotency_key, call=call, judge=judge)
        drift = texts(child(child(recorded.run.document.meta, "replay"), "drift_summary"), "fields")
        warnings = await self._execution.finished_before(parent, instrument_serial) if instrument_serial else []
        if drift and self._gate.mode == "soft_block":
            warnings = [*warnings, f"soft_block: it drifted and was let through: {'; '.join(drift[:MOST_DRIFT_TOLD])}"]
        if withdrawn:
            warnings = [*warnings, f"{withdrawn}; replayed with the catalogue as it was then"]
        then, now = (_verdict(view.document.feasibility) for view in (parent, recorded.run))
        return Replayed(recorded.run, then, now, drift, warnings, recorded.replayed)


def _refuse_inexact(parent: RunView) -> None:
    """Refuse a parent whose inputs cannot be written again as they were.

    Raises:
        InexactRecordError: They cannot.
    """
    try:
        canonical_json.dumps(parent.inputs.value)
    except canonical_json.NotCanonicalError as error:
        raise InexactRecordError(str(parent.run_id)) from error


def _attempt_of(parent: RunView, *, instrument_serial: str, operator: str, note: str) -> Attempt:
    document = parent.document
    linkage = dict(document.linkage)
    linkage |= {"parent_run_id": str(parent.run_id), "event_type": "replay"}
    linkage |= {"instrument_serial": instrument_serial, "operator": operator, "notes": note}
    summary: JsonObject = {"replay_of": str(parent.run_id)}
    inputs = parent.inputs
    return Attempt(
        inputs=replace(inputs, engine_id="") if inputs.engine_id in _RETIRED else inputs,
        mode=document.mode,
        request_summary=summary,
        attachments=tuple(parent.attachments),
        gcode_text=document.gcode_text,
        meta={},
        linkage=linkage,
        envelope=document.envelope,
        asked={
            "replay_of": str(parent.run_id),
            "instrument_serial": instrument_serial,
            "operator": operator,
            "note": note,
        },
    )


def _with_earlier_catalogue(attempt: Attempt, parent: RunView) -> Attempt | None:
    """The attempt with the catalogue of its parent's report; None where the parent has none."""
    report = parent.document.feasibility or {}
    told = (text(report, "inputs_sha256"), text(report, "engine_id"), text(report, "engine_version"))
    if not all(told):
        return None
    return replace(attempt, inputs=replace(attempt.inputs, earlier_report=EarlierReport(*told)))


def _verdict(report: JsonMapping | None) -> Verdict | None:
    if not report:
        return None
    score = number(report, "overall_score")
    return Verdict(text(report, "engine_id"), text(report, "engine_version"), text(report, "overall_risk"), score)


def _drift(before: JsonMapping, after: JsonMapping) -> Iterator[str]:
    """The engine with both verdicts, if it is another; level and score that differ; entries used in other versions.

    The inputs are the same by construction, and what one engine says of them rests on these entries alone: whatever
    else the workshop changed in its catalogue is no drift. A report that tells no entries used none, or is of an
    earlier version: where the same engine assesses otherwise now, it was the latter.
    """
    old, new = _verdict(before), _verdict(after)
    engine_changed = old is not None and new is not None and old.differs_in_engine(new)
    if engine_changed:
        yield f"engine changed: {old} then, {new} now"
    for key, name in _COMPARED:
        then, now = before.get(key), after.get(key)
        if then != now:
            yield f"{name}: {'nothing' if then is None else then} then, {'nothing' if now is None else now} now"
    if before.get("inputs_sha256") != after.get("inputs_sha256"):
        then_used, now_used = _versions(before), _versions(after)
        yield from _entries_drift(then_used, now_used)
        untold = old is not None and not engine_changed and not then_used and not now_used
        if untold and before.get("assessments") != after.get("assessments"):
            yield _UNTOLD


def _entries_drift(then: Mapping[str, int], now: Mapping[str, int]) -> Iterator[str]:
    for name in sorted({*then, *now}):
        if then.get(name) != now.get(name):
            yield f"{name}: {_version(then.get(name))} then, {_version(now.get(name))} now"


def _versions(report: JsonMapping) -> Mapping[str, int]:
    """The workshop's own entries that a report used; reports of earlier versions do not tell them."""
    return {text(item, "name"): int(number(item, "version") or 0) for item in children(report, "used_entries")}


def _version(version: int | None) -> str:
    return "not used or not told" if version is None else f"version {version}"
