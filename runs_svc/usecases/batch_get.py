"""Get several runs at once."""

from collections.abc import Sequence

from runs_svc.domain.errors import RunCorruptError, RunNotFoundError
from runs_svc.domain.ids import RunId
from runs_svc.ports import Ledger
from runs_svc.usecases.reading import RunView, read_run


async def batch_get(ledger: Ledger, run_ids: Sequence[RunId]) -> tuple[Sequence[RunView], Sequence[RunId]]:
    """The runs found, in the order asked for, and the ids that are absent or cannot be read."""
    found: list[RunView] = []
    unreachable: list[RunId] = []
    for run_id in run_ids:
        try:
            found.append(read_run(await ledger.get(run_id)))
        except (RunNotFoundError, RunCorruptError):
            unreachable.append(run_id)
    return found, unreachable
