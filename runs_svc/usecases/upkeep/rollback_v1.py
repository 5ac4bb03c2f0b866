"""Take out what was made of a v1 index, its files last: a rollback that was killed is simply run again."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from runs_svc.domain.legacy.record import ImportedRun
from runs_svc.domain.runs.document import StoredDocument
from runs_svc.domain.runs.stored_run import document_of
from runs_svc.domain.upkeep.rollback import Rollback, plan_rollback
from runs_svc.ports import Ledger
from runs_svc.ports.offline import RemovableFiles

RemoveRuns = Callable[[Callable[[Iterator[StoredDocument]], Rollback]], Rollback]
"""Removes what a plan made of every record says, in one transaction."""


class RollbackV1:
    def __init__(self, remove_runs: RemoveRuns, files: RemovableFiles) -> None:
        self._remove_runs = remove_runs
        self._files = files

    def roll_back(self, run_ids: Sequence[str]) -> Rollback:
        """Take these imported runs out, and what only they name. What is needed here stays; it is told why.

        Raises:
            RunCorruptError: A record cannot be read, so that nobody can say what it names.
        """
        removed = self._remove_runs(lambda records: plan_rollback(run_ids, records))
        for document in removed.documents:
            self._files.remove_published(document)
        for blob in removed.blobs:
            self._files.remove_blob(blob)
        return removed

    async def tidy(self, absent: Iterable[ImportedRun], ledger: Ledger) -> None:
        """Remove the files of runs that are not there any more: a rollback that was killed leaves some."""
        for imported in absent:
            document = document_of(imported.record)
            if self._files.holds(document):
                self._files.remove_published(document)
            named = [item.digest for item in imported.record.attachments]
            durable = await ledger.find_blobs(named)
            for digest in named:
                if digest not in durable:
                    self._files.remove_blob(digest)
