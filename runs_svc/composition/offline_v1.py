"""The commands on a v1 store put together: plan, apply, verify, roll back, write v1 records."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

from foundation.call import Call
from rpckit.settings import ConfigurationError
from runs_svc.adapters.backup_files import snapshot
from runs_svc.adapters.blobs.bulk import BulkBlobs
from runs_svc.adapters.durable_files import make_directory
from runs_svc.adapters.legacy_files import LegacyStore, SourceRecord, UnreadableIndexError
from runs_svc.adapters.sql.sources import SourcesOfRuns
from runs_svc.adapters.sqlite.engine import open_writer
from runs_svc.adapters.sqlite.read_only import ReadOnlyLedger
from runs_svc.adapters.sqlite.removal import remove_runs
from runs_svc.adapters.store_files import StoreFiles
from runs_svc.adapters.system import SystemClock, SystemIds
from runs_svc.adapters.v1_index import write_index
from runs_svc.composition.offline import ShowProgress, blobs_of
from runs_svc.composition.store import Store, open_as_it_is, open_store
from runs_svc.config import RunsSettings
from runs_svc.domain.upkeep.rollback import Rollback
from runs_svc.usecases.shop.imports import ImportLog
from runs_svc.usecases.upkeep import migrate_v1
from runs_svc.usecases.upkeep.import_v1 import TraceV1, keep_unreferenced
from runs_svc.usecases.upkeep.migrate_v1 import ApplyV1, Line, RecordedRuns, Report
from runs_svc.usecases.upkeep.rollback_v1 import RollbackV1

_CALL = Call("migrate", None)
BACKUPS = ".backups"
_NO_COPY = (
    "a ledger in PostgreSQL is not copied by `migrate apply`: run `backup FOLDER` first, then "
    "`migrate apply INDEX --no-backup`"
)
_NO_WAY_BACK = (
    "nothing is taken out of a ledger in PostgreSQL: `restore` the backup made before the import into an empty "
    "database; or import into a store in SQLite, look at it, and `move` that"
)


class ApplyOptions(NamedTuple):
    """What `apply` does beside bringing records in."""

    backup: bool
    unreferenced: bool


class Applied(NamedTuple):
    """What became of the records, and how many files came in that no record names."""

    report: Report
    unreferenced_kept: int


class MigrationV1:
    """A v1 store, and the store its records come into."""

    def __init__(self, index: Path, files: Path | None, settings: RunsSettings, *, progress: ShowProgress) -> None:
        self._source = LegacyStore(index, files)
        self._settings = settings
        self._progress = progress

    def links(self) -> Sequence[str]:
        """Names in the folder of attachments that lead elsewhere: they are not followed."""
        return self._source.links()

    def plan(self) -> Report:
        """What `apply` would do. Writes nothing.

        Raises:
            UnreadableIndexError: The index is no JSON object.
        """
        records = list(self._source.records())
        with (
            self._recorded() as recorded,
            self._progress("looking", len(records)) as on_progress,
        ):
            return migrate_v1.plan(records, self._source.files(), recorded, on_progress=on_progress)

    async def apply(self, options: ApplyOptions) -> Applied:
        """Bring the records in. The ledger is copied before anything is changed in it, its schema included.

        Raises:
            UnreadableIndexError: The index is no JSON object; the attempt is kept.
            ConfigurationError: As `open_store`, or a copy is wanted of a database in PostgreSQL.
        """
        if options.backup and self._settings.is_postgres:
            raise ConfigurationError(_NO_COPY)
        try:
            records = list(self._source.records())
        except UnreadableIndexError as error:
            await self._reject(str(error))
            raise
        store = open_store(self._settings, before_upgrade=self._back_up if options.backup else None)
        try:
            return await self._bring_in(records, store, options)
        finally:
            await store.close()

    async def verify(self) -> Sequence[Line]:
        """Each record against the run that was made of it."""
        records = list(self._source.records())
        store = open_store(self._settings)
        try:
            lines = []
            with self._progress("verifying", len(records)) as on_progress:
                async for line in migrate_v1.verify(records, self._source.files(), store.ledger, store.blobs):
                    lines.append(line)
                    on_progress(line)
            return lines
        finally:
            await store.close()

    async def roll_back(self) -> Rollback:
        """Take the runs of this index out that nothing here needs.

        Raises:
            ConfigurationError: The ledger is in PostgreSQL, where nobody takes records out.
        """
        settings = self._settings
        if settings.is_postgres:
            raise ConfigurationError(_NO_WAY_BACK)
        found = self.plan().records
        ours = [line.key for line in found if line.outcome == "unchanged"]
        others = {line.key: "it was not made of this record" for line in found if line.outcome == "conflict"}
        store = open_as_it_is(settings)
        writer = open_writer(settings.ledger_url)
        try:
            rollback = RollbackV1(partial(remove_runs, writer), StoreFiles(settings.runs_dir, settings.blobs_path))
            removed = rollback.roll_back(ours)
            with self._recorded() as recorded:
                absent = migrate_v1.absent(self._source.records(), self._source.files(), recorded)
            await rollback.tidy(absent, store.ledger)
            return replace(removed, kept={**removed.kept, **others})
        finally:
            writer.dispose()
            await store.close()

    async def _bring_in(self, records: Sequence[SourceRecord], store: Store, options: ApplyOptions) -> Applied:
        source, ledger = self._source, store.ledger
        bulk = BulkBlobs(blobs_of(self._settings), source.paths())
        with self._progress("importing", len(records)) as on_progress:
            report = await ApplyV1(ledger, bulk, source.files()).apply(records, on_progress=on_progress)
        names = report.unreferenced if options.unreferenced else ()
        extra = await keep_unreferenced(names, source, bulk, ledger, clock=SystemClock())
        await self._trace(store).note(report, extra, call=_CALL)
        return Applied(report, len(extra))

    @contextmanager
    def _recorded(self) -> Iterator[RecordedRuns]:
        if not self._settings.is_postgres:
            with ReadOnlyLedger(self._settings.ledger_url) as recorded:
                yield recorded
            return
        from runs_svc.adapters.postgres.engine import open_whole_reader

        reader = open_whole_reader(self._settings.ledger_url)
        try:
            with reader.connect() as connection:
                yield SourcesOfRuns(connection)
        finally:
            reader.dispose()

    async def _reject(self, reason: str) -> None:
        store = open_store(self._settings)
        try:
            await self._trace(store).reject(reason, call=_CALL)
        finally:
            await store.close()

    def _trace(self, store: Store) -> TraceV1:
        return TraceV1(ImportLog(store.entities, clock=SystemClock(), ids=SystemIds()), self._source)

    def _back_up(self) -> None:
        """Copy the ledger as it is, when there is one, once per index."""
        ledger = self._settings.ledger_path
        target = self._settings.runs_dir / BACKUPS / f"before-v1-{self._source.sha256()[:12]}.db"
        if ledger.is_file() and not target.exists():
            make_directory(target.parent)
            snapshot(ledger, target)


async def export_v1(output: Path, settings: RunsSettings) -> int:
    """Write every run as a v1 record, into an index that appears whole; how many."""
    store = open_store(settings)
    try:
        return await write_index(output, migrate_v1.as_v1(store.ledger, store.blobs))
    finally:
        await store.close()
