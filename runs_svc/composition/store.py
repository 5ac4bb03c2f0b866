"""What a runs server owns: the store, opened once, and the connections it keeps."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

import filelock

from rmos_client.aio import AsyncFeasibilityClient, AsyncGcodeClient
from rmos_client.async_catalog import AsyncCatalogClient
from rpckit.disk_faults import require_folder, told_at_start
from rpckit.settings import ConfigurationError
from runs_svc.adapters.archive.names import LOCK
from runs_svc.adapters.blobs.store import FileBlobStore
from runs_svc.adapters.folder_ownership import own_folders
from runs_svc.adapters.image_providers.registry import Providers
from runs_svc.adapters.image_providers.settings import read_providers
from runs_svc.composition.feasibility_channel import open_catalogue, open_feasibility, open_gcode
from runs_svc.composition.place_of_bytes import claim_place
from runs_svc.composition.records import Database, open_blobs, open_records, readable, refuse_lost
from runs_svc.config import RunsSettings
from runs_svc.ports import Archive, EntityStore, LanguageModel, Ledger
from runs_svc.ports.turns import Turns

if TYPE_CHECKING:
    from runs_svc.adapters.s3.blobs import S3BlobStore

_PUBLISHER_PATIENCE_S = 30.0
MOVED = ".moved"
"""Says of a store in a folder where it is now."""


@dataclass(slots=True)
class Store:
    """The parts that hold what was recorded. One server process owns a store."""

    lock: "Ownership"
    database: Database
    ledger: Ledger
    entities: EntityStore
    blobs: "FileBlobStore | S3BlobStore"
    archive: Archive
    close_archive: Callable[[float], Awaitable[None]]
    turns: Turns
    feasibility: AsyncFeasibilityClient
    gcode: AsyncGcodeClient
    catalogue: AsyncCatalogClient
    providers: Providers
    language_model: LanguageModel | None
    broken: asyncio.Event
    """Set when the store accepts no more writes."""

    async def close(self, *, publish_within_s: float = _PUBLISHER_PATIENCE_S) -> None:
        """Commit what waits, publish it as far as there is time, then release everything."""
        await self.feasibility.close()
        await self.gcode.close()
        await self.catalogue.close()
        await self.providers.close()
        if self.language_model is not None:
            await self.language_model.close()
        await self.database.close()
        await self.close_archive(publish_within_s)
        self.blobs.close()
        self.lock.release()


class Ownership:
    """A store that is this process's own until it is released."""

    def __init__(self, lock: filelock.BaseFileLock | None, let_go: Callable[[], None]) -> None:
        self._lock = lock
        self._let_go = let_go

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None:
        self.release()

    def release(self) -> None:
        self._let_go()
        if self._lock is not None:
            self._lock.release()


def own(settings: RunsSettings, *, moving_to: str = "") -> Ownership:
    """Own the store's folders. A store in a database and a bucket is shared: nothing of it is in a folder.

    Args:
        settings: Where it is.
        moving_to: Where it is being moved to, by whoever does that: a move that was broken off may have marked it.

    Raises:
        ConfigurationError: Another process owns one of them, or it belongs to another store.
    """
    settings.runs_dir.mkdir(parents=True, exist_ok=True)
    moved = settings.runs_dir / MOVED
    if not settings.is_postgres and moved.exists() and moved.read_text().strip() != moving_to:
        raise ConfigurationError(
            f"the store in {settings.runs_dir} was moved to {moved.read_text().strip()}; use that, or remove {moved}"
        )
    if settings.is_shared:
        return Ownership(None, lambda: None)
    lock = filelock.FileLock(settings.runs_dir / "rmos.lock")
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout as error:
        raise ConfigurationError(f"the run store {settings.runs_dir} is in use by another runs server") from error
    try:
        let_go = own_folders(
            settings.runs_dir, blobs=settings.blobs_path, ledger=None if settings.is_postgres else settings.ledger_path
        )
    except ConfigurationError:
        lock.release()
        raise
    try:
        with filelock.FileLock(settings.runs_dir / LOCK, timeout=_PUBLISHER_PATIENCE_S):
            pass  # the publisher of a server that was killed has ended
        return Ownership(lock, let_go)
    except filelock.Timeout as error:
        let_go()
        lock.release()
        raise ConfigurationError(f"a publisher is still at work in the run store {settings.runs_dir}") from error


def open_store(
    settings: RunsSettings,
    *,
    calls_in_flight: Callable[[], int] | None = None,
    before_upgrade: Callable[[], None] | None = None,
) -> Store:
    """Own the store, bring its schema up to date, publish what a crash left unpublished.

    Args:
        settings: Where it is.
        calls_in_flight: How many calls may bring something to record, where somebody counts them.
        before_upgrade: What to do with the store once it is owned, before anything is changed in its ledger.

    Raises:
        ConfigurationError: Another process owns it, it comes from a newer version, its ledger holds less than was
            published of it, the servers of its database keep attachments elsewhere, or a file of it cannot be opened
            or written.
    """
    with told_at_start(), ExitStack() as unopened:
        require_folder(settings.exports_path)
        lock = own(settings)
        unopened.callback(lock.release)
        refuse_lost(settings)
        claim_place(settings)
        if before_upgrade is not None:
            with readable():
                before_upgrade()
        store = _open(settings, lock, calls_in_flight)
        unopened.pop_all()
    return store


def open_as_it_is(settings: RunsSettings) -> Store:
    """As `open_store`, for whoever takes records out: an attempt that was interrupted leaves files without records.

    Raises:
        ConfigurationError: As `open_store`, but for what was published.
    """
    with told_at_start(), ExitStack() as unopened:
        lock = own(settings)
        unopened.callback(lock.release)
        store = _open(settings, lock, None)
        unopened.pop_all()
    return store


def _open(settings: RunsSettings, lock: Ownership, calls_in_flight: Callable[[], int] | None) -> Store:
    providers = Providers(read_providers(settings.image_providers), os.environ)
    records = open_records(settings, calls_in_flight)
    return Store(
        lock=lock,
        database=records.database,
        ledger=records.ledger,
        entities=records.entities,
        archive=records.archive,
        close_archive=records.close_archive,
        turns=records.turns,
        broken=records.broken,
        blobs=open_blobs(settings),
        feasibility=open_feasibility(settings),
        gcode=open_gcode(settings),
        catalogue=open_catalogue(settings),
        providers=providers,
        language_model=_language_model(settings),
    )


def _language_model(settings: RunsSettings) -> LanguageModel | None:
    if settings.language_model_url is None:
        return None
    from runs_svc.adapters.language_model import HttpLanguageModel  # HTTP is loaded only where it is configured

    key = os.environ.get(settings.language_model_key_variable, "")
    return HttpLanguageModel(settings.language_model_url, settings.language_model, key)
