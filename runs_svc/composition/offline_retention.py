"""The commands of retention put together: withdraw old runs, collect bytes, read the log."""

import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from functools import partial
from math import inf

from foundation.call import Call
from rpckit.settings import ConfigurationError
from runs_svc.adapters.folder_ownership import adopted_at
from runs_svc.adapters.sqlite.engine import open_writer
from runs_svc.adapters.sqlite.removal import remove_blobs
from runs_svc.adapters.system import SystemClock, SystemIds
from runs_svc.composition.offline import ShowProgress, blobs_of, ledger_of
from runs_svc.composition.store import Store, open_store
from runs_svc.config import RunsSettings
from runs_svc.domain.ids import Digest
from runs_svc.domain.upkeep.maintenance import MaintenanceEntry
from runs_svc.domain.upkeep.retention import RetentionPolicy
from runs_svc.usecases.entities.entity import Revision
from runs_svc.usecases.entities.maintenance_log import MaintenanceLog
from runs_svc.usecases.runs.amend import AmendRun
from runs_svc.usecases.upkeep.collect_blobs import Collect, Collectable
from runs_svc.usecases.upkeep.retention import Candidate, Retention

_CALL = Call("retention", None)
_NEEDS_OWNER = (
    "in PostgreSQL only the owner may remove what says that bytes are durable: stop the servers, and give "
    "--owner-url postgresql://OWNER@HOST/DATABASE (its password belongs into ~/.pgpass)"
)
ForgetBlobs = Callable[[Sequence[Digest]], None]
"""Removes the notes that blobs are durable."""


async def plan(settings: RunsSettings, filter_text: str) -> list[Candidate]:
    """Every run of a filter that was not withdrawn yet, and whether it may be. Withdraws nothing."""
    async with _opened(settings) as store:
        return [candidate async for candidate in _retention(store, settings).plan(filter_text)]


async def withdraw(settings: RunsSettings, filter_text: str, *, person: str, reason: str) -> list[Candidate]:
    """Withdraw every run of a filter that may be; the same candidates as `plan`."""
    async with _opened(settings) as store:
        applied = _retention(store, settings).apply(filter_text, person=person, reason=reason, call=_CALL)
        return [candidate async for candidate in applied]


async def collectable(settings: RunsSettings, *, progress: ShowProgress) -> Collectable:
    """The bytes that nothing needs. Removes nothing."""
    async with _collecting(_offline(settings), lambda _: None) as collect:
        with progress("looking", None) as on_progress:
            return collect.find(on_progress=on_progress)


async def collect(
    settings: RunsSettings, *, owner_url: str | None, person: str, reason: str, progress: ShowProgress
) -> Collectable:
    """Remove the bytes that nothing needs; what went.

    Raises:
        ConfigurationError: In PostgreSQL: no owner is given, or servers are connected.
    """
    with _forgetting(settings, owner_url) as forget:
        async with _collecting(_offline(settings), forget) as collecting:
            with progress("looking", None) as on_progress:
                return await collecting.collect(person=person, reason=reason, call=_CALL, on_progress=on_progress)


async def log(settings: RunsSettings) -> list[Revision[MaintenanceEntry]]:
    """What administrators did and tried, newest first."""
    async with _opened(settings) as store:
        entries: list[Revision[MaintenanceEntry]] = []
        token = ""
        while True:
            page = await _maintenance(store).page(filter_text="", page_size=200, page_token=token)
            entries += page.items
            token = page.next_token
            if not token:
                return entries


@asynccontextmanager
async def _opened(settings: RunsSettings) -> AsyncIterator[Store]:
    store = open_store(settings)
    try:
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def _collecting(settings: RunsSettings, forget: ForgetBlobs) -> AsyncIterator[Collect]:
    async with _opened(settings) as store:
        with ledger_of(settings) as ledger:
            since = None if settings.blobs_url else adopted_at(settings.blobs_path)
            came_here_s = inf if since is None else time.time() - since
            yield Collect(ledger, blobs_of(settings), _maintenance(store), forget=forget, came_here_s=came_here_s)


@contextmanager
def _forgetting(settings: RunsSettings, owner_url: str | None) -> Iterator[ForgetBlobs]:
    if not settings.is_postgres:
        if owner_url is not None:
            raise ConfigurationError("--owner-url: a ledger in SQLite has no owner; leave it out")
        writer = open_writer(settings.ledger_url)
        try:
            yield partial(remove_blobs, writer)
        finally:
            writer.dispose()
        return
    if owner_url is None:
        raise ConfigurationError(_NEEDS_OWNER)
    from runs_svc.adapters.postgres.removal import BlobNotes

    with closing(BlobNotes(owner_url, settings.ledger_url)) as notes:
        yield notes.remove


def _offline(settings: RunsSettings) -> RunsSettings:
    """As whoever is no server."""
    if not settings.is_postgres:
        return settings
    from runs_svc.adapters.postgres.engine import as_offline

    return settings.model_copy(update={"database_url": as_offline(settings.ledger_url)})


def _retention(store: Store, settings: RunsSettings) -> Retention:
    amend_run = AmendRun(store.ledger, clock=SystemClock())
    policy = RetentionPolicy(settings.retention_days)
    return Retention(store.ledger, amend_run, _maintenance(store), clock=SystemClock(), policy=policy)


def _maintenance(store: Store) -> MaintenanceLog:
    return MaintenanceLog(store.entities, clock=SystemClock(), ids=SystemIds())
