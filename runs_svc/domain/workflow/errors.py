"""What can go wrong with sessions, for the answer table."""

from foundation.errors import Precondition, Resource
from runs_svc.domain.errors import RunsError


class SessionNotFoundError(RunsError):
    """No workflow session has this id."""

    def __init__(self, session_id: str) -> None:
        self.resource = Resource("session", f"sessions/{session_id}")
        super().__init__(f"no session is called {session_id}")


class PersonRequiredError(RunsError):
    """A decision that only people take."""

    def __init__(self, session_id: str, role: str) -> None:
        self.resource = Resource("session", f"sessions/{session_id}")
        super().__init__(f"{session_id}: only a person approves (user or operator), not {role}")


class ApprovalRefusedError(RunsError):
    """The verdict may not be approved."""

    def __init__(self, session_id: str, text: str) -> None:
        self.preconditions = (Precondition("APPROVAL", f"sessions/{session_id}", text),)
        super().__init__(f"{session_id}: {text}")


class ReasonRequiredError(ApprovalRefusedError):
    """The verdict may be approved, but not without a word."""
