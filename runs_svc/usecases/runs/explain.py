"""Set the explanation of a run. Setting the same one again changes nothing."""

from foundation.call import Call
from foundation.canonical_json import JsonObject
from runs_svc.domain.ids import RunId
from runs_svc.domain.runs.amendments import AmendmentKind
from runs_svc.domain.runs.run_view import RunView
from runs_svc.ports import Ledger
from runs_svc.usecases.runs.amend import AmendRun, NewAmendment
from runs_svc.usecases.runs.read import read_run


class SetExplanation:
    def __init__(self, ledger: Ledger, amend_run: AmendRun) -> None:
        self._ledger = ledger
        self._amend_run = amend_run

    async def set(self, run_id: RunId, body: JsonObject, *, call: Call) -> RunView:
        """The run with the explanation.

        Raises:
            RunNotFoundError: There is no such run; as `AddFact`.
        """
        view = read_run(await self._ledger.get(run_id))
        if {key: view.later.explanation.get(key) for key in body} == body:
            return view
        return await self._amend_run.amend(run_id, NewAmendment(AmendmentKind.EXPLANATION, body), call=call)
