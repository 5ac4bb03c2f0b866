"""The offline commands on a store put together: check, repair, bring the schema up to date."""

import datetime
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import NamedTuple

import sqlalchemy as sa

from foundation.timestamps import write_time
from rpckit.settings import ConfigurationError
from runs_svc.adapters.archive.tree import ArchiveTree
from runs_svc.adapters.blobs.tree import BlobTree
from runs_svc.adapters.folder_ownership import STORE
from runs_svc.adapters.sql.offline_ledger import SqlOfflineLedger
from runs_svc.adapters.sqlite import schema
from runs_svc.adapters.sqlite.offline_ledger import SqliteOfflineLedger
from runs_svc.adapters.sqlite.read_only import read_only_url
from runs_svc.adapters.sqlite.rebuilt_ledger import (
    is_rebuild_unfinished,
)
from runs_svc.composition.store import own
from runs_svc.config import RunsSettings
from runs_svc.domain.upkeep.verification import Check, Outcome
from runs_svc.ports.moving import MovableBlobs
from runs_svc.ports.offline import OfflineArchive
from runs_svc.usecases.verification.fsck import EVERY_DAY, Days, Fsck, StoreReport

ShowProgress = Callable[[str, int | None], AbstractContextManager[Callable[[object], None]]]
"""Shows how many of a number, where it is known, are done."""


@contextmanager
def silent(_title: str, _total: int | None) -> Iterator[Callable[[object], None]]:
    """Shows nothing."""
    yield lambda _: None


def is_there(settings: RunsSettings) -> bool:
    """Whether there is a store, or what one has left; a database is taken to be one."""
    return settings.is_postgres or settings.ledger_path.is_file() or (settings.runs_dir / STORE).exists()


def check(settings: RunsSettings, days: Days = EVERY_DAY, *, progress: ShowProgress = silent) -> StoreReport:
    """Everything that is wrong with a store, or with what was recorded on some days. Writes nothing."""
    with ledger_of(settings) as ledger, progress("checking", None) as on_progress:
        fsck = Fsck(ledger, archive_of(settings), blobs_of(settings), days)
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


def blobs_of(settings: RunsSettings) -> MovableBlobs:
    """The attachments of a store."""
    if settings.blobs_url is None:
        return BlobTree(settings.blobs_path)
    from runs_svc.adapters.s3.bucket import open_bucket
    from runs_svc.adapters.s3.offline import BucketBlobs

    return BucketBlobs(open_bucket(settings.blobs_url))


def name_of(settings: RunsSettings) -> str:
    """What people call a ledger: without the password."""
    return sa.make_url(settings.ledger_url).render_as_string(hide_password=True)


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


def now_utc() -> str:
    return write_time(datetime.datetime.now(datetime.UTC))
