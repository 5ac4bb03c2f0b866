"""Let the programs of a run go to a machine in spite of what was found, in the name of a person."""

from foundation.call import Call
from foundation.canonical_json import JsonObject
from foundation.json_members import child, text
from runs_svc.domain.ids import RunId
from runs_svc.domain.runs.amendments import AmendmentKind
from runs_svc.domain.runs.four_eyes import refuse_own_run
from runs_svc.domain.runs.program_errors import NothingToAcceptError, OtherFindingsError
from runs_svc.domain.runs.program_gate import ProgramRelease, ProgramVerdict, refuse_unreleased
from runs_svc.domain.runs.run_view import RunView
from runs_svc.ports import Ledger
from runs_svc.usecases.runs.amend import AmendRun, NewAmendment
from runs_svc.usecases.runs.read import read_run


class AcceptFindings:
    def __init__(self, ledger: Ledger, amend_run: AmendRun, *, four_eyes: bool = False) -> None:
        """With `four_eyes`, nobody accepts what was found in programs that they brought."""
        self._ledger = ledger
        self._amend_run = amend_run
        self._four_eyes = four_eyes

    async def accept(
        self,
        run_id: RunId,
        *,
        person: str,
        reason: str,
        findings_sha256: str,
        idempotency_key: str | None,
        call: Call,
    ) -> RunView:
        """The run with the acceptance, which holds for exactly these programs and findings.

        Args:
            run_id: The run.
            person: Who accepts.
            reason: Why.
            findings_sha256: What the person has seen; "" for whatever was found last.
            idempotency_key: Accepting twice under a key is a success, and the first stays.
            call: The call it is accepted in.

        Raises:
            ProgramDeviatesError: Errors cannot be accepted.
            NothingToAcceptError: Nothing holds the programs back.
            FourEyesError: The person has recorded the run, or attached a program to it.
            OtherFindingsError: Something else was found than what the person has seen.
            RunNotFoundError, RunWithdrawnError, IdempotencyKeyReusedError: As adding an amendment.
        """
        before = read_run(await self._ledger.get(run_id))
        same = before.amendment_under(idempotency_key)
        earlier = text(child(same, "body"), "findings_sha256") if same is not None else ""
        seen = findings_sha256 or earlier or before.programs.findings_sha256

        def check(view: RunView) -> None:
            if self._four_eyes:
                refuse_own_run(person, view, attached=True)
            _check(run_id, view.programs, seen)

        body: JsonObject = {"person": person, "reason": reason, "findings_sha256": seen}
        accepted = NewAmendment(AmendmentKind.ACCEPTANCE, body, check=check, idempotency_key=idempotency_key)
        return await self._amend_run.amend(run_id, accepted, call=call)


def _check(run_id: RunId, verdict: ProgramVerdict, seen: str) -> None:
    if verdict.release is ProgramRelease.RELEASED:
        raise NothingToAcceptError(str(run_id))
    if verdict.release is ProgramRelease.DEVIATES:
        refuse_unreleased(str(run_id), verdict)
    if verdict.findings_sha256 != seen:
        raise OtherFindingsError(str(run_id), found_sha256=verdict.findings_sha256)
