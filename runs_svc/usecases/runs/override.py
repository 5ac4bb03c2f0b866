"""Open the gate of a run for a named person, as far as the policy allows."""

from foundation.call import Call
from foundation.canonical_json import JsonObject
from runs_svc.domain.entities.revision import to_json
from runs_svc.domain.ids import RunId
from runs_svc.domain.runs.amendments import AmendmentKind
from runs_svc.domain.runs.four_eyes import refuse_own_run
from runs_svc.domain.runs.override import OverridePolicy, OverrideRequest, check_override, refuse_refused_by_v1
from runs_svc.domain.runs.override_requests import check_answer, refuse_own_request
from runs_svc.domain.runs.run_view import RunView
from runs_svc.usecases.runs.amend import AmendRun, NewAmendment


class Override:
    def __init__(self, amend_run: AmendRun, *, policy: OverridePolicy) -> None:
        self._amend_run = amend_run
        self._policy = policy

    async def override(
        self,
        run_id: RunId,
        asked: OverrideRequest,
        *,
        request_number: int | None = None,
        idempotency_key: str | None,
        call: Call,
    ) -> RunView:
        """The run with its gate open.

        Args:
            run_id: The run.
            asked: What the person asks for.
            request_number: The request it answers; None for none in particular.
            idempotency_key: Opening twice under a key is a success, and the first stays.
            call: The call it is opened in.

        Raises:
            RefusedByV1Error: The store it comes from refused it.
            NotBlockedError, AlreadyOverriddenError, RiskMismatchError, RedOverrideDisabledError,
            AcknowledgementRequiredError, FourEyesError: The policy does not allow it; as `AmendRun.add`.
            RequestNotFoundError, RequestAlreadyAnsweredError: No such request waits.
        """

        proven = call.identity is not None

        def check(view: RunView) -> None:
            refuse_refused_by_v1(view.document)
            level = view.document.decision.risk_level
            if self._policy.four_eyes:
                refuse_own_run(asked.person, view)
                refuse_own_request(asked.person, view, proven=proven)
            check_override(asked, policy=self._policy, run_id=str(run_id), risk_level=level, gate=view.gate)
            if request_number is not None:
                check_answer(view, person=asked.person, number=request_number, policy=self._policy, proven=proven)

        answered: JsonObject = {} if request_number is None else {"request_number": request_number}
        body = {**to_json(asked), **answered}
        override = NewAmendment(AmendmentKind.OVERRIDE, body, check=check, idempotency_key=idempotency_key)
        return await self._amend_run.amend(run_id, override, call=call)
