"""Explain a run's verdict: computed by the feasibility service, stored and attached in one call."""

from foundation.call import Call
from foundation.canonical_json import JsonObject
from runs_svc.domain.errors import ExplanationUnavailableError
from runs_svc.domain.ids import RunId
from runs_svc.domain.runs.amendments import AmendmentKind
from runs_svc.domain.runs.explained import COMPUTED
from runs_svc.domain.runs.run_view import RunView
from runs_svc.ports import Feasibility, FeasibilityUnavailableError, Ledger
from runs_svc.usecases.runs.amend import AmendRun, NewAmendment
from runs_svc.usecases.runs.read import read_run

ADVISORY_ID = "explanation"


class Suggest:
    def __init__(self, ledger: Ledger, feasibility: Feasibility, amend_run: AmendRun, *, timeout_s: float) -> None:
        self._ledger = ledger
        self._feasibility = feasibility
        self._amend_run = amend_run
        self._timeout_s = timeout_s

    async def suggest(self, run_id: RunId, *, call: Call) -> RunView:
        """The run with its explanation. The first one stays; a call that was cut off half way is completed.

        Raises:
            RunNotFoundError: There is no such run.
            InputsNotRecordedError: It was imported without its inputs.
            ExplanationUnavailableError: The feasibility service is away or refuses the old inputs.
        """
        run = read_run(await self._ledger.get(run_id))
        attached = run.has_advisory(ADVISORY_ID)
        if attached and run.later.explanation.get(COMPUTED) is True:
            return run
        inputs = run.inputs
        try:
            explanation = await self._feasibility.explain(
                inputs, run_id=str(run_id), request_id=call.request_id, timeout_s=self._timeout_s
            )
        except FeasibilityUnavailableError as error:
            raise ExplanationUnavailableError(f"the feasibility service could not be asked: {error}") from error
        body: JsonObject = {
            "advisory_id": ADVISORY_ID,
            "kind": "EXPLANATION",
            "engine_id": explanation.engine_id,
            "engine_version": explanation.engine_version,
            "text": explanation.text,
        }
        if not attached:
            advisory = NewAmendment(AmendmentKind.ADVISORY, body, amendment_id=ADVISORY_ID)
            await self._amend_run.amend(run_id, advisory, call=call)
        ready: JsonObject = {"status": "READY", "summary": explanation.summary, COMPUTED: True}
        return await self._amend_run.amend(run_id, NewAmendment(AmendmentKind.EXPLANATION, ready), call=call)
