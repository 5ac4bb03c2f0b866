"""The offline commands on a store put together: check, repair, bring the schema up to date, back up, restore."""

import datetime
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa

from foundation.timestamps import write_time
from rpckit.settings import ConfigurationError
from runs_svc.adapters.archive.archive import path_of
from runs_svc.adapters.archive.place import forget_place, read_cursor, read_progress
from runs_svc.adapters.archive.repair import Republished, republish
from runs_svc.adapters.archive.tree import ArchiveTree
from runs_svc.adapters.backup_files import StorePaths, backup_of, restoring
from runs_svc.adapters.blobs.tree import BlobTree
from runs_svc.adapters.catalogue_copy import FOLDER, Catalogue, copy_catalogue, require_empty
from runs_svc.adapters.sql.offline_ledger import SqlOfflineLedger
from runs_svc.adapters.sqlite import schema
from runs_svc.adapters.sqlite.ledger_rebuild import SqliteLedgerRebuild
from runs_svc.adapters.sqlite.offline_ledger import SqliteOfflineLedger
from runs_svc.adapters.sqlite.read_only import read_only_url
from runs_svc.adapters.sqlite.rebuilt_ledger import (
    DAMAGED,
    begin_rebuild,
    finish_rebuild,
    is_rebuild_unfinished,
    set_aside,
)
from runs_svc.composition.store import own
from runs_svc.config import RunsSettings
from runs_svc.domain.upkeep.verification import Check, Outcome
from runs_svc.ports.offline import OfflineArchive, OfflineBlobs
from runs_svc.usecases.upkeep import backup
from runs_svc.usecases.upkeep.backup import Contents
from runs_svc.usecases.upkeep.rebuild_ledger import Rebuild, RebuildReport
from runs_svc.usecases.verification.fsck import Fsck, StoreReport

_NOT_IN_PLACE = (
    "a ledger in PostgreSQL is not repaired in its place: restore a backup of the database, or have "
    "`fsck --repair ledger` rebuild one in SQLite from the archive"
)
ShowProgress = Callable[[str, int | None], AbstractContextManager[Callable[[object], None]]]
"""Shows how many of a number, where it is known, are done."""


@contextmanager
def silent(_title: str, _total: int | None) -> Iterator[Callable[[object], None]]:
    """Shows nothing."""
    yield lambda _: None


def check(settings: RunsSettings, *, progress: ShowProgress = silent) -> StoreReport:
    """Everything that is wrong with a store. Writes nothing."""
    with ledger_of(settings) as ledger, progress("checking", None) as on_progress:
        fsck = Fsck(ledger, archive_of(settings), blobs_of(settings))
        report = fsck.check(on_progress=on_progress)
    if not settings.is_postgres and is_rebuild_unfinished(settings.runs_dir, settings.ledger_path):
        text = "a repair of the ledger was interrupted: `fsck --repair ledger` finishes it"
        report.note(Check("database", Outcome.UNREADABLE, detail=text))
    return report


def ledger_of(settings: RunsSettings) -> SqlOfflineLedger:
    """The ledger of a store, only looked at.

    Raises:
        ConfigurationError: It is in PostgreSQL, which cannot be reached.
    """
    if not settings.is_postgres:
        return SqliteOfflineLedger(settings.ledger_url)
    from runs_svc.adapters.postgres.offline_ledger import PostgresOfflineLedger

    return PostgresOfflineLedger(settings.ledger_url)


def archive_of(settings: RunsSettings) -> OfflineArchive:
    """The published documents of a store, only looked at."""
    if settings.blobs_url is None:
        return ArchiveTree(settings.runs_dir)
    from runs_svc.adapters.postgres.publication import Publication
    from runs_svc.adapters.s3.bucket import open_bucket
    from runs_svc.adapters.s3.offline import BucketArchive

    publication = Publication(settings.ledger_url)
    try:
        return BucketArchive(open_bucket(settings.blobs_url), publication.progress())
    finally:
        publication.close()


def blobs_of(settings: RunsSettings) -> OfflineBlobs:
    """The attachments of a store."""
    if settings.blobs_url is None:
        return BlobTree(settings.blobs_path)
    from runs_svc.adapters.s3.bucket import open_bucket
    from runs_svc.adapters.s3.offline import BucketBlobs

    return BucketBlobs(open_bucket(settings.blobs_url))


class Repaired(NamedTuple):
    """What a repair did; None for what it was not asked for."""

    ledger: RebuildReport | None
    archive: Republished | None


def repair(settings: RunsSettings, *, ledger: bool, archive: bool, progress: ShowProgress = silent) -> Repaired:
    """Repair the ledger from the archive, then the archive from the ledger. What is replaced is kept.

    Raises:
        ConfigurationError: As `own`.
    """
    if ledger and settings.is_postgres:
        raise ConfigurationError(_NOT_IN_PLACE)
    with own(settings):
        rebuilt = rebuild_ledger(settings, progress=progress) if ledger else None
        return Repaired(rebuilt, _republish(settings, progress) if archive else None)


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
        report = rebuild.rebuild(now_utc=_now(), on_progress=on_progress)
    report.finished_earlier = finished_earlier
    new.commit()
    finish_rebuild(root, ledger)
    unfit = [path_of(root, document) for document in report.unfit]
    if unfit:
        set_aside(root, unfit)
    for path in unfit:
        path.unlink(missing_ok=True)
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
        return republish(ledger, root, root / DAMAGED, on_progress=on_progress)


class Migration(NamedTuple):
    """A migration of the schema as this version knows it, and whether the database has it."""

    revision: str
    title: str
    sha256: str
    applied: bool


def schema_migrations(settings: RunsSettings) -> Sequence[Migration]:
    """Every migration, first to last. Writes nothing.

    Raises:
        ConfigurationError: The database comes from a newer version, or a migration was changed after it was applied.
    """
    if settings.is_postgres:
        from runs_svc.adapters.postgres import schema as postgres_schema

        done, known = frozenset(postgres_schema.applied(settings.ledger_url)), postgres_schema.known()
    else:
        done, known = _applied(settings), schema.known()
    return [Migration(item.revision, item.title, item.sha256, applied=item.revision in done) for item in known]


def _applied(settings: RunsSettings) -> frozenset[str]:
    url = read_only_url(settings.ledger_url)
    if url is None:
        return frozenset()
    engine = sa.create_engine(url, poolclass=sa.NullPool)  # nothing stays open
    with engine.connect() as connection:
        return frozenset(schema.applied(connection))


def upgrade_schema(settings: RunsSettings, *, service_role: str | None = None) -> Sequence[str]:
    """Bring the schema up to date, in one transaction; the revisions that were applied.

    Args:
        settings: Where the ledger is.
        service_role: The role of the servers in PostgreSQL, which gets the rights it needs.

    Raises:
        ConfigurationError: As `own` and `schema_migrations`, or SQLite has no roles.
    """
    if settings.is_postgres:
        from runs_svc.adapters.postgres import schema as postgres_schema

        return postgres_schema.migrate_url(settings.ledger_url, service_role=service_role)
    if service_role is not None:
        raise ConfigurationError("--service-role: a ledger in SQLite knows no roles")
    with own(settings):
        return schema.migrate_url(settings.ledger_url)


def back_up(settings: RunsSettings, target: Path, *, progress: ShowProgress = silent) -> Contents:
    """Copy a store, while a server runs or not, and prove that the copy is equal; what it holds.

    Raises:
        ConfigurationError: There is no store, it is damaged, or the copy differs from it.
    """
    with progress("copying", None) as on_progress:
        return backup.back_up(backup_of(_paths(settings), target), created_at_utc=_now(), on_progress=on_progress)


def restore(settings: RunsSettings, source: Path, *, progress: ShowProgress = silent) -> Contents:
    """Bring a backup back into an empty store, and prove that what arrived is equal; what it holds.

    Raises:
        ConfigurationError: The backup is not complete, the place is taken, or what arrived differs.
    """
    with own(settings), progress("restoring", None) as on_progress:
        return backup.restore(restoring(source, _paths(settings)), on_progress=on_progress)


def back_up_catalogue(folder: Path, target: Path) -> Catalogue | None:
    """Copy the workshop's catalogue into a backup; None where there is none.

    Raises:
        ConfigurationError: The copy differs.
    """
    return copy_catalogue(folder, target / FOLDER)


def require_room_for_catalogue(source: Path, folder: Path) -> None:
    """See that the catalogue of a backup, if it has one, may come back.

    Raises:
        ConfigurationError: There is a catalogue already.
    """
    if (source / FOLDER).is_dir():
        require_empty(folder)


def restore_catalogue(source: Path, folder: Path) -> Catalogue | None:
    """Bring the catalogue of a backup back; None where it has none.

    Raises:
        ConfigurationError: There is a catalogue already, or the copy differs.
    """
    require_room_for_catalogue(source, folder)
    return copy_catalogue(source / FOLDER, folder)


def _paths(settings: RunsSettings) -> StorePaths:
    """Where the parts of a store lie.

    Raises:
        ConfigurationError: Its ledger is in PostgreSQL.
    """
    return StorePaths(settings.runs_dir, settings.ledger_path, settings.blobs_path)


def _now() -> str:
    return write_time(datetime.datetime.now(datetime.UTC))
