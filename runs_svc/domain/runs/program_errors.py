"""Errors about the programs of runs."""

from collections.abc import Sequence

from foundation.errors import Precondition, Resource
from runs_svc.domain.errors import RunsError


class ProgramHeldBackError(RunsError):
    """Base of what keeps a run back because of its programs."""

    remedy = ""

    def __init__(self, run_id: str, found: Sequence[str]) -> None:
        self.preconditions = tuple(Precondition("PROGRAM", f"runs/{run_id}", item) for item in found)
        super().__init__(f"{run_id} is held back by its program: {found[0]}; {self.remedy}")


class ProgramDeviatesError(ProgramHeldBackError):
    """A program breaks what was approved."""

    remedy = "attach a corrected program under the same file name"


class ProgramNotVerifiableError(ProgramHeldBackError):
    """A program was not audited, or something in it could not be verified."""

    remedy = "audit it again (AuditRunPrograms), attach another, or have a named person accept it (AcceptFindings)"


class FindingsNotAcceptedError(ProgramHeldBackError):
    """There are warnings that nobody accepted."""

    remedy = "a named person has to accept what was found (AcceptFindings), or attach a corrected program"


class NothingToAcceptError(RunsError):
    """The programs of the run may go to a machine already, or it has none."""

    def __init__(self, run_id: str) -> None:
        self.preconditions = (Precondition("PROGRAM", f"runs/{run_id}", "nothing holds its programs back"),)
        super().__init__(f"{run_id}: nothing in its programs waits to be accepted")


class OtherFindingsError(RunsError):
    """What was found is not what the person has seen."""

    def __init__(self, run_id: str, *, found_sha256: str) -> None:
        self.resource = Resource("run", f"runs/{run_id}")
        self.metadata = {"findings_sha256": found_sha256}
        super().__init__(f"{run_id}: the findings are others than those named; read them again and decide")
