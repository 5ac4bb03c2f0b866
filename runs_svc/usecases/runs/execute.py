"""Record what happened at the machine.

1. nothing is started while the gate is closed, or its programs may not run
2. each step follows the one before
3. a serial that has a finished part already is worth a warning
"""

from collections.abc import Sequence

from foundation.call import Call
from foundation.canonical_json import JsonMapping, JsonObject
from foundation.json_members import child
from foundation.names import canonical_label
from runs_svc.domain.errors import ExecutionOutOfOrderError
from runs_svc.domain.ids import RunId
from runs_svc.domain.listing.filters import And, Comparison, Not
from runs_svc.domain.runs.amendments import EXECUTED_BY, AmendmentKind, ExecutionStep, may_follow
from runs_svc.domain.runs.gate_guard import refuse_closed_gate
from runs_svc.domain.runs.program_gate import refuse_unreleased
from runs_svc.domain.runs.run_view import RunView
from runs_svc.ports import Ledger, ListQuery
from runs_svc.usecases.runs.amend import AmendRun, NewAmendment
from runs_svc.usecases.runs.read import read_run, readable_run

_MOST_LOOKED_AT = 1_000
"""An instrument has some dozens of runs."""


class RecordExecution:
    def __init__(self, ledger: Ledger, amend_run: AmendRun) -> None:
        self._ledger = ledger
        self._amend_run = amend_run

    async def record(
        self, run_id: RunId, body: JsonObject, *, call: Call, idempotency_key: str | None
    ) -> tuple[RunView, Sequence[str]]:
        """The run with the step, and what the operator should know.

        Raises:
            GateClosedError, ProgramHeldBackError: The gate is closed, or a program may not run.
            ExecutionOutOfOrderError: The step does not follow the one before.
            As `AddFact`.
        """
        before = read_run(await self._ledger.get(run_id))
        step = ExecutionStep(str(body["step"]))
        earlier = _said_before(before, step, idempotency_key)
        body |= {name: body[name] or earlier.get(name, "") for name in EXECUTED_BY}
        taken = NewAmendment(
            AmendmentKind.EXECUTION,
            body,
            check=lambda looked_at: _check(looked_at, step),
            idempotency_key=idempotency_key,
        )
        view = await self._amend_run.amend(run_id, taken, call=call)
        serial = str(body["instrument_serial"])
        warnings = await self.finished_before(view, serial) if step is ExecutionStep.STARTED and serial else []
        return view, warnings

    async def finished_before(self, run: RunView, serial: str) -> Sequence[str]:
        """Runs of the same part that were finished for an instrument, a sentence each.

        Lists know the instrument of a run's last step; runs of the part that went on with another are looked at, too.
        """
        document, label = run.document, canonical_label(serial)
        at_the_machine = Not(Comparison("execution", "=", ""))
        of_the_part = (Comparison("mode", "=", document.mode), Comparison("design_name", "=", document.design_name))
        queries = (Comparison("instrument_serial", "=", label), And((*of_the_part, at_the_machine)))
        rows = [row for query in queries for row in await self._ledger.scan(ListQuery(query, _MOST_LOOKED_AT))]
        part = (document.mode, canonical_label(document.design_name))
        found = []
        for item in {row.run_id: row for row in rows if row.intact}.values():
            if (item.index.mode, canonical_label(item.index.design_name)) != part:
                continue
            other = await readable_run(self._ledger, item.run_id)  # what is damaged beside the step fails no call
            if other is not None and other.later.has_finished_part(serial):
                found.append(f"serial {serial} has a finished part of this kind already: {item.run_id}")
        return found


def _said_before(run: RunView, step: ExecutionStep, key: str | None) -> JsonMapping:
    """What a step leaves out is taken from here: the same call made earlier, the step before, or the run."""
    same = run.amendment_under(key)
    if same is not None and same["kind"] == AmendmentKind.EXECUTION:
        return child(same, "body")
    events = run.later.executions
    return events[-1] if events and step is not ExecutionStep.STARTED else run.document.linkage


def _check(run: RunView, step: ExecutionStep) -> None:
    if step is ExecutionStep.STARTED:
        refuse_closed_gate(run.document, run.later)
        refuse_unreleased(str(run.run_id), run.programs)
    if not may_follow(step, run.later.last_step):
        raise ExecutionOutOfOrderError(str(run.run_id), step=step, last=run.later.last_step or "none")
