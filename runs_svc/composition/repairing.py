"""The repairs of a store put together: the ledger from the archive, the archive from the ledger."""

from contextlib import ExitStack, closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from rpckit.settings import ConfigurationError
from runs_svc.adapters.archive.archive import path_of
from runs_svc.adapters.archive.place import forget_place, read_cursor, read_progress
from runs_svc.adapters.archive.repair import Republished, republish
from runs_svc.adapters.archive.tree import ArchiveTree
from runs_svc.adapters.blobs.tree import BlobTree
from runs_svc.adapters.sqlite.ledger_rebuild import SqliteLedgerRebuild
from runs_svc.adapters.sqlite.offline_ledger import SqliteOfflineLedger
from runs_svc.adapters.sqlite.rebuilt_ledger import (
    DAMAGED,
    begin_rebuild,
    finish_rebuild,
    is_rebuild_unfinished,
    set_aside,
)
from runs_svc.composition.offline import ShowProgress, blobs_of, ledger_of, name_of, now_utc, silent
from runs_svc.composition.store import own
from runs_svc.config import RunsSettings
from runs_svc.ports.offline import OfflineArchive
from runs_svc.usecases.upkeep.move_store import MoveStore
from runs_svc.usecases.upkeep.rebuild_ledger import Rebuild, RebuildReport

_NOT_IN_PLACE = (
    "a ledger in PostgreSQL is not repaired in its place: make an empty database, `schema apply` it as its owner, and "
    "name it with --into postgresql://ROLE@HOST/DATABASE; or restore a backup"
)


class Repaired(NamedTuple):
    """What a repair did; None for what it was not asked for."""

    ledger: RebuildReport | None
    archive: Republished | None


def repair(
    settings: RunsSettings, *, ledger: bool, archive: bool, into: str | None = None, progress: ShowProgress = silent
) -> Repaired:
    """Repair the ledger from the archive, then the archive from the ledger. What is replaced is kept.

    Args:
        settings: Where the store is.
        ledger: Whether to repair the ledger.
        archive: Whether to repair the archive.
        into: The empty database that a ledger in PostgreSQL is rebuilt in.
        progress: Shows how far it has come.

    Raises:
        ConfigurationError: As `own`, or there is no such database.
    """
    if ledger and settings.is_postgres and into is None:
        raise ConfigurationError(_NOT_IN_PLACE)
    if into is not None and not (ledger and settings.is_postgres):
        raise ConfigurationError("--into: only a ledger in PostgreSQL is rebuilt in another database; leave it out")
    with own(settings):
        rebuilt = None
        if into is not None:
            rebuilt = _rebuild_in_database(settings, into, progress)
            settings = there(settings, into)
        elif ledger:
            rebuilt = rebuild_ledger(settings, progress=progress)
        return Repaired(rebuilt, _republish(settings, progress) if archive else None)


def there(settings: RunsSettings, url: str) -> RunsSettings:
    """The same store with its ledger in another database."""
    return RunsSettings(**{**settings.model_dump(exclude_unset=True), "database_url": url})


def _rebuild_in_database(settings: RunsSettings, url: str, progress: ShowProgress) -> RebuildReport:
    """Rebuild a ledger in an empty database: from what is left of the old one, and from what was published.

    It is written into a file first, as every rebuild is; the database counts once all of it has arrived and is equal.
    """
    from runs_svc.adapters.postgres.intake import PostgresIntake

    blobs = blobs_of(settings)
    with closing(PostgresIntake(url, source=f"a rebuild of {name_of(settings)}")) as intake, ExitStack() as left:
        file = Path(left.enter_context(TemporaryDirectory(prefix=".rebuild-", dir=settings.runs_dir))) / "rmos.db"
        new = SqliteLedgerRebuild(file)
        with ledger_of(settings) as old, progress("rebuilding", None) as on_progress:
            report = Rebuild(old, _published_of(settings), blobs, new).rebuild(
                now_utc=now_utc(), on_progress=on_progress
            )
        new.commit()
        source = left.enter_context(SqliteOfflineLedger(f"sqlite:///{file}"))
        move = MoveStore(source, blobs, intake, blobs)
        with progress("copying", None) as on_progress:
            move.copy(on_progress=on_progress)
        with progress("comparing", None) as on_progress:
            move.compare(on_progress=on_progress)
        _set_aside_unfit(settings, report)
        intake.settle()
    return report


def _published_of(settings: RunsSettings) -> OfflineArchive:
    """What is published, without asking a database that may be damaged how far that has come."""
    if settings.blobs_url is None:
        return ArchiveTree(settings.runs_dir)
    from runs_svc.adapters.postgres.publication import Progress
    from runs_svc.adapters.s3.bucket import open_bucket
    from runs_svc.adapters.s3.offline import BucketArchive

    return BucketArchive(open_bucket(settings.blobs_url), Progress())


def _set_aside_unfit(settings: RunsSettings, report: RebuildReport) -> None:
    """Keep aside what is published and fits into no chain: the archive would go on naming what is lost."""
    if settings.blobs_url is not None:
        from runs_svc.adapters.s3 import repair as bucket_repair
        from runs_svc.adapters.s3.bucket import open_bucket

        bucket_repair.set_aside(open_bucket(settings.blobs_url), report.unfit)
        return
    unfit = [path_of(settings.runs_dir, document) for document in report.unfit]
    if unfit:
        set_aside(settings.runs_dir, unfit)
    for path in unfit:
        path.unlink(missing_ok=True)


def rebuild_ledger(settings: RunsSettings, *, progress: ShowProgress = silent) -> RebuildReport:
    """Put a rebuilt ledger in the place of the one that is there, which is kept aside. For whoever owns the store.

    1. a rebuild that was interrupted once it was whole is finished first
    2. the new ledger is written beside the old one, and takes its place once it is durable
    3. published records that fit into no chain are kept aside: otherwise the archive would go on naming what is lost
    4. everything is published again, unless the ledger still holds what the archive's place names
    """
    root, ledger = settings.runs_dir, settings.ledger_path
    finished_earlier = is_rebuild_unfinished(root, ledger)
    if finished_earlier:
        finish_rebuild(root, ledger)
    new = SqliteLedgerRebuild(begin_rebuild(root, ledger))
    with SqliteOfflineLedger(settings.ledger_url) as old, progress("rebuilding", None) as on_progress:
        rebuild = Rebuild(old, ArchiveTree(root), BlobTree(settings.blobs_path), new)
        report = rebuild.rebuild(now_utc=now_utc(), on_progress=on_progress)
    report.finished_earlier = finished_earlier
    new.commit()
    finish_rebuild(root, ledger)
    _set_aside_unfit(settings, report)
    with SqliteOfflineLedger(settings.ledger_url) as rebuilt:
        _forget_other_place(root, rebuilt)
    return report


def _forget_other_place(root: Path, ledger: SqliteOfflineLedger) -> None:
    published = read_progress(root)
    for place in (read_cursor(root), published and published[0]):
        if place is not None and place.seq > 0:
            document = ledger.row(place.seq).document
            if document is None or document.sha256 != place.sha256:
                forget_place(root)


def _republish(settings: RunsSettings, progress: ShowProgress) -> Republished:
    root = settings.runs_dir
    with ledger_of(settings) as ledger, progress("publishing", None) as on_progress:
        if settings.blobs_url is not None:
            from runs_svc.adapters.s3 import repair as bucket_repair
            from runs_svc.adapters.s3.bucket import open_bucket

            return bucket_repair.republish(ledger, open_bucket(settings.blobs_url), on_progress=on_progress)
        return republish(ledger, root, root / DAMAGED, on_progress=on_progress)
