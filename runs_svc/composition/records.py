"""What holds the records of a store: the database, in one of its kinds, and the archive that follows it."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from rpckit.settings import ConfigurationError
from runs_svc.adapters.archive.archive import FileArchive
from runs_svc.adapters.archive.missing_records import find_missing, refuse_emptied
from runs_svc.adapters.archive.rows import NotReadableNowError
from runs_svc.adapters.blobs.store import FileBlobStore
from runs_svc.adapters.caching.ledger import CachingLedger
from runs_svc.adapters.own_turns import OwnTurns
from runs_svc.adapters.sqlite import unclean_commit
from runs_svc.adapters.sqlite.connections import SqliteDatabase
from runs_svc.adapters.sqlite.corruption import UNREADABLE, is_about_room
from runs_svc.adapters.sqlite.engine import open_reader
from runs_svc.adapters.sqlite.entities import SqliteEntityStore
from runs_svc.adapters.sqlite.ledger import SqliteLedger
from runs_svc.adapters.sqlite.schema import migrate_url
from runs_svc.config import RunsSettings
from runs_svc.domain.errors import StoreBusyError
from runs_svc.ports import Archive, EntityStore, Ledger, LedgerLoad
from runs_svc.ports.turns import Turns

if TYPE_CHECKING:
    from runs_svc.adapters.postgres.database import PostgresDatabase
    from runs_svc.adapters.postgres.published_rows import PostgresRows
    from runs_svc.adapters.s3.archive import S3Archive
    from runs_svc.adapters.s3.blobs import S3BlobStore


class Database(Protocol):
    """What ledger and entities share."""

    @property
    def accepts_writes(self) -> bool:
        """Whether writes may go well now. Asked often, on the event loop: it looks at no file."""
        ...

    def load(self) -> LedgerLoad:
        """How busy and how large it is."""
        ...

    async def close(self) -> None:
        """Commit what waits, then close the connections."""
        ...


@dataclass(frozen=True, slots=True)
class OpenRecords:
    """The records, open."""

    ledger: Ledger
    entities: EntityStore
    archive: Archive
    close_archive: Callable[[float], Awaitable[None]]
    """Publishes what is committed, as far as there is time [s]."""
    turns: Turns
    database: Database
    broken: asyncio.Event
    """Set when the store accepts no more writes."""


def refuse_lost(settings: RunsSettings) -> None:
    """See that the ledger holds what was published of it.

    Raises:
        ConfigurationError: It does not.
    """
    if not settings.is_postgres:
        refuse_emptied(settings.runs_dir, settings.ledger_path)
        return
    from runs_svc.adapters.postgres.published_rows import PostgresRows
    from runs_svc.adapters.postgres.start_check import check_database

    check_database(settings.ledger_url)
    rows = PostgresRows(settings.ledger_url)
    try:
        missing = _find_missing(settings, rows)
    except NotReadableNowError as error:
        raise ConfigurationError(f"the database cannot be read: {error}") from error
    finally:
        rows.close()
    if missing:
        raise ConfigurationError(
            f"the database holds less than was published in {settings.blobs_url or settings.runs_dir}: {missing}. "
            "Nothing was changed; restore a backup of the database, or take another folder or prefix, where this is "
            "another store's"
        )


def _find_missing(settings: RunsSettings, rows: "PostgresRows") -> str:
    if settings.blobs_url is None:
        return find_missing(settings.runs_dir, rows)
    from runs_svc.adapters.postgres.publication import Progress
    from runs_svc.adapters.s3.bucket import open_bucket
    from runs_svc.adapters.s3.offline import BucketArchive

    try:
        newest = BucketArchive(open_bucket(settings.blobs_url), Progress()).newest_runs()
    except StoreBusyError as error:
        raise ConfigurationError(f"the bucket {settings.blobs_url} cannot be reached: {error}") from error
    lost = [run_id for run_id in newest if rows.lacks_record("run", run_id)]
    return f"it does not hold {lost[-1]}, which was published" if lost else ""


def open_blobs(settings: RunsSettings) -> "FileBlobStore | S3BlobStore":
    """Where attachments are."""
    if settings.blobs_url is None:
        return FileBlobStore(settings.blobs_path, min_free_percent=settings.min_free_disk_percent)
    from runs_svc.adapters.s3.blobs import S3BlobStore  # its client is loaded where it is needed
    from runs_svc.adapters.s3.bucket import open_bucket

    return S3BlobStore(open_bucket(settings.blobs_url), local=settings.runs_dir)


def open_records(settings: RunsSettings, calls_in_flight: Callable[[], int] | None) -> OpenRecords:
    """Open the database and follow it with the archive.

    Raises:
        ConfigurationError: It comes from a newer version, or cannot be read.
    """
    if settings.is_postgres:
        return _open_postgres(settings, calls_in_flight)
    with readable():
        migrate_url(settings.ledger_url)
    marker, broken = settings.runs_dir / ".suspect", asyncio.Event()
    unclean_commit.clear_after_check(marker, open_reader(settings.ledger_url))
    unclean_commit.prepare(marker)
    archive = FileArchive(settings.runs_dir, settings.ledger_url)
    archive.start()

    def stop_writing(reason: str) -> None:
        unclean_commit.mark(marker, reason)
        broken.set()

    database = SqliteDatabase(
        settings.ledger_url, on_commit=archive.notify, on_broken=stop_writing, calls_in_flight=calls_in_flight
    )
    ledger = CachingLedger(SqliteLedger(database), most_bytes=settings.cache_bytes // 4)
    return OpenRecords(ledger, SqliteEntityStore(database), archive, _closing(archive), OwnTurns(), database, broken)


def _closing(archive: FileArchive) -> Callable[[float], Awaitable[None]]:
    async def close(within_s: float) -> None:
        archive.close(within_s=within_s)

    return close


def _open_postgres(settings: RunsSettings, calls_in_flight: Callable[[], int] | None) -> OpenRecords:
    from runs_svc.adapters.postgres.database import PostgresDatabase  # its driver is loaded where it is needed
    from runs_svc.adapters.postgres.entities import PostgresEntityStore
    from runs_svc.adapters.postgres.ledger import PostgresLedger
    from runs_svc.adapters.postgres.turns import PostgresTurns

    database = PostgresDatabase(settings.ledger_url, calls_in_flight=calls_in_flight)
    ledger = CachingLedger(PostgresLedger(database), most_bytes=settings.cache_bytes // 4)
    archive: FileArchive | S3Archive
    if settings.blobs_url is None:
        archive = FileArchive(settings.runs_dir, settings.ledger_url, newest=database.newest_known)
        close_archive = _closing(archive)
    else:
        archive = _bucket_archive(settings, settings.blobs_url, database)
        close_archive = archive.close
    database.on_commit = archive.notify
    archive.start()
    turns = PostgresTurns(settings.ledger_url)

    async def close(within_s: float) -> None:
        turns.close()
        await close_archive(within_s)

    return OpenRecords(ledger, PostgresEntityStore(database), archive, close, turns, database, asyncio.Event())


def _bucket_archive(settings: RunsSettings, url: str, database: "PostgresDatabase") -> "S3Archive":
    from runs_svc.adapters.postgres.publication import Publication
    from runs_svc.adapters.postgres.published_rows import PostgresRows
    from runs_svc.adapters.s3.archive import S3Archive
    from runs_svc.adapters.s3.bucket import open_bucket

    rows, publication = PostgresRows(settings.ledger_url), Publication(settings.ledger_url)
    return S3Archive(open_bucket(url), rows, publication, newest=database.newest_known, place_of=database.place_of)


@contextmanager
def readable() -> Iterator[None]:
    """Says in words why a database in SQLite cannot be read."""
    try:
        yield
    except (*UNREADABLE, sqlite3.DatabaseError) as error:
        if is_about_room(error):
            text = "the ledger cannot be opened: the disk is full or failing; make room and start again"
            raise ConfigurationError(text) from error
        raise ConfigurationError(f"the ledger cannot be read ({error}); `python -m runs_svc fsck` says more") from error
