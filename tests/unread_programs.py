"""Programs of runs that nobody reads, for tests of something else."""

from foundation.call import Call
from runs_svc.domain.runs.attachment import Attachment, Blob
from runs_svc.domain.runs.run_view import RunView


class UnreadPrograms:
    """Takes no bytes for a program, and audits nothing."""

    async def is_program(self, attachment: Attachment, blob: Blob) -> bool:
        return False

    async def audit_view(self, view: RunView, *, call: Call) -> RunView:
        return view
