"""What holds the records of a store: the database, in one of its kinds, and the archive that follows it."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from rpckit.settings import ConfigurationError
from runs_svc.adapters.archive.archive import FileArchive
from runs_svc.adapters.archive.missing_records import find_missing, refuse_emptied
from runs_svc.adapters.archive.rows import NotReadableNowError
from runs_svc.adapters.caching.ledger import CachingLedger
from runs_svc.adapters.sqlite import unclean_commit
from runs_svc.adapters.sqlite.connections import SqliteDatabase
from runs_svc.adapters.sqlite.corruption import UNREADABLE, is_about_room
from runs_svc.adapters.sqlite.engine import open_reader
from runs_svc.adapters.sqlite.entities import SqliteEntityStore
from runs_svc.adapters.sqlite.ledger import SqliteLedger
from runs_svc.adapters.sqlite.schema import migrate_url
from runs_svc.config import RunsSettings
from runs_svc.ports import EntityStore, Ledger, LedgerLoad


class Database(Protocol):
    """What ledger and entities share."""

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
    archive: FileArchive
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
    try:
        missing = find_missing(settings.runs_dir, PostgresRows(settings.ledger_url))
    except NotReadableNowError as error:
        raise ConfigurationError(f"the database cannot be read: {error}") from error
    if missing:
        raise ConfigurationError(
            f"the database holds less than was published in {settings.runs_dir}: {missing}. Nothing was changed; "
            "restore a backup of the database, or take another folder, where this is another store's"
        )


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
    return OpenRecords(ledger, SqliteEntityStore(database), archive, database, broken)


def _open_postgres(settings: RunsSettings, calls_in_flight: Callable[[], int] | None) -> OpenRecords:
    from runs_svc.adapters.postgres.database import PostgresDatabase  # its driver is loaded where it is needed
    from runs_svc.adapters.postgres.entities import PostgresEntityStore
    from runs_svc.adapters.postgres.ledger import PostgresLedger

    def newest() -> int:
        return database.newest_known()

    archive = FileArchive(settings.runs_dir, settings.ledger_url, newest=newest)
    archive.start()
    database = PostgresDatabase(settings.ledger_url, on_commit=archive.notify, calls_in_flight=calls_in_flight)
    ledger = CachingLedger(PostgresLedger(database), most_bytes=settings.cache_bytes // 4)
    return OpenRecords(ledger, PostgresEntityStore(database), archive, database, asyncio.Event())


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
