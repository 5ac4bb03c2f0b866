"""From stored bytes to a run: hash first, parse second."""

from runs_svc.domain.errors import RunCorruptError, RunNotFoundError
from runs_svc.domain.ids import RunId
from runs_svc.domain.runs.document import read_document
from runs_svc.domain.runs.run_document import read
from runs_svc.domain.runs.run_view import RunView, view_of
from runs_svc.ports import Ledger, StoredRun


def read_run(stored: StoredRun) -> RunView:
    """The run and what was added to it.

    Raises:
        RunCorruptError: Any of its documents is altered, or says less than every run does.
    """
    try:
        document = read(read_document(stored.run))
    except ValueError as error:
        raise RunCorruptError(stored.run.subject_id) from error
    amendments = [read_document(amendment) for amendment in stored.amendments]
    return view_of(RunId(stored.run.subject_id), document, stored.run.sha256, amendments)


async def readable_run(ledger: Ledger, run_id: RunId) -> RunView | None:
    """A run out of the ledger; None where it is not there, or altered."""
    try:
        return read_run(await ledger.get(run_id))
    except (RunCorruptError, RunNotFoundError):
        return None
