"""The service that computes verdicts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from runs_svc.domain.runs.inputs import Inputs
from runs_svc.domain.runs.report import Report


class FeasibilityUnavailableError(Exception):
    """The feasibility service could not be reached.

    The message says why and may be recorded: it holds no addresses. `cause` is for the log alone.
    """

    def __init__(self, message: str, *, cause: str = "") -> None:
        super().__init__(message)
        self.cause = cause or message


class UnbelievableReportError(FeasibilityUnavailableError):
    """The service gave a report that is incomplete, out of range or at odds with itself."""

    def __init__(self, violations: Sequence[str]) -> None:
        super().__init__("; ".join(violations))
        self.violations = tuple(violations)


class NoReportInTimeError(FeasibilityUnavailableError):
    """The service did not answer within the time it was given."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A computed text and who computed it."""

    summary: str
    text: str
    engine_id: str
    engine_version: str


class ReportReader(Protocol):
    """What reads the documents that the service gives, and believes them or not."""

    def read(self, document: bytes) -> Report:
        """The report in a document.

        Raises:
            UnbelievableReportError: It breaks the rules of reports.
            FeasibilityUnavailableError: It is none, or holds what this server could not show: that is never recorded.
        """
        ...


class Evaluator(Protocol):
    """What gives a report on inputs."""

    async def evaluate(self, inputs: Inputs, *, request_id: str, timeout_s: float) -> Report:
        """The report on a design in a context.

        Raises:
            InvalidFieldsError: The service refused the inputs.
            CatalogueEntryNotFoundError: An id in the inputs names nothing.
            EntryWithdrawnError: An id in the inputs names what was withdrawn.
            NoReportInTimeError: There was none within `timeout_s`.
            UnbelievableReportError: Its report breaks the rules of reports.
            FeasibilityUnavailableError: The service is away or broken.
        """
        ...


class Feasibility(Evaluator, Protocol):
    """The service that computes verdicts."""

    async def explain(self, inputs: Inputs, *, run_id: str, request_id: str, timeout_s: float) -> Explanation:
        """The verdict in sentences.

        Raises:
            As `evaluate`.
        """
        ...
