"""Why nobody can decide so: overrides, requests for them, setup sheets."""

from collections.abc import Sequence

from foundation.errors import Precondition, Resource
from runs_svc.domain.errors import RunsError


class OverrideRefusedError(RunsError):
    """Base of the refusals of an override."""

    def __init__(self, run_id: str, text: str) -> None:
        self.resource = Resource("run", f"runs/{run_id}")
        self.preconditions = (Precondition("OVERRIDE", f"runs/{run_id}", text),)
        super().__init__(f"{run_id}: {text}")


class NotBlockedError(OverrideRefusedError):
    """The gate is open."""

    def __init__(self, run_id: str) -> None:
        super().__init__(run_id, "its gate is open, there is nothing to override")


class AlreadyOverriddenError(OverrideRefusedError):
    """An override happens once."""

    def __init__(self, run_id: str) -> None:
        super().__init__(run_id, "it was overridden before, and an override happens once")


class RiskMismatchError(OverrideRefusedError):
    """The person means another level than the run has."""

    def __init__(self, run_id: str, *, recorded: str, meant: str) -> None:
        super().__init__(run_id, f"its level is {recorded}, not {meant}; look at the run again")


class RedOverrideDisabledError(OverrideRefusedError):
    """The policy does not allow this level to be overridden."""

    def __init__(self, run_id: str, risk_level: str) -> None:
        super().__init__(run_id, f"the policy does not allow {risk_level} runs to be overridden")


class RefusedByV1Error(OverrideRefusedError):
    """The run was imported, and the store it comes from refused it."""

    def __init__(self, run_id: str, said: str) -> None:
        super().__init__(
            run_id, f"v1 said {said} of it, and nothing here can judge that; record the attempt anew to have it judged"
        )


class AcknowledgementRequiredError(OverrideRefusedError):
    """The risk has to be acknowledged."""

    def __init__(self, run_id: str, risk_level: str) -> None:
        super().__init__(run_id, f"overriding {risk_level} needs risk_acknowledged")


class AlreadyRequestedError(OverrideRefusedError):
    """A request waits already."""

    def __init__(self, run_id: str, person: str) -> None:
        super().__init__(run_id, f"{person} asked for it already, and nobody has answered yet")


class RequestNotFoundError(RunsError):
    """The run has no request of this number."""

    def __init__(self, run_id: str, number: int) -> None:
        self.resource = Resource("request", f"runs/{run_id}/requests/{number}")
        super().__init__(f"{run_id} has no request {number}")


class RequestAlreadyAnsweredError(RunsError):
    """The request does not wait any more."""

    def __init__(self, run_id: str, number: int, state: str) -> None:
        self.resource = Resource("request", f"runs/{run_id}/requests/{number}")
        text = f"request {number} was answered before: {state}"
        self.preconditions = (Precondition("REQUEST", f"runs/{run_id}/requests/{number}", text),)
        super().__init__(f"{run_id}: {text}")


class OtherSheetError(RunsError):
    """The sheet is another one by now than the person has in front of them."""

    def __init__(self, run_id: str, *, sheet_sha256: str) -> None:
        self.resource = Resource("run", f"runs/{run_id}")
        self.metadata = {"sheet_sha256": sheet_sha256}
        super().__init__(f"{run_id}: its setup sheet is another one by now; read it again")


class ChecksMissingError(RunsError):
    """Required items of a sheet are not ticked."""

    def __init__(self, run_id: str, missing: Sequence[str]) -> None:
        self.preconditions = tuple(Precondition("CHECK", item, "is not ticked") for item in missing)
        super().__init__(f"{run_id}: not everything on its setup sheet is checked: {', '.join(missing)}")
