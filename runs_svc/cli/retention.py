"""`python -m runs_svc retention`: withdraw old runs, collect bytes that nothing needs, see who did what."""

import asyncio
import time
from collections import Counter
from functools import partial
from math import inf
from typing import Annotated

import typer

from foundation.call import Call
from foundation.canonical_json import JsonObject
from runs_svc.adapters.blobs.tree import BlobTree
from runs_svc.adapters.folder_ownership import adopted_at
from runs_svc.adapters.sqlite.engine import open_writer
from runs_svc.adapters.sqlite.offline_ledger import SqlColdLedger
from runs_svc.adapters.sqlite.removal import remove_blobs
from runs_svc.adapters.system import SystemClock, SystemIds
from runs_svc.cli.offline import AttachmentsDir, RunsDir, console, progress, settings_of
from runs_svc.composition.store import Store, open_store
from runs_svc.config import RunsSettings
from runs_svc.domain.upkeep.retention import RetentionPolicy
from runs_svc.usecases.entities.maintenance_log import MaintenanceLog
from runs_svc.usecases.runs.amend import AmendRun
from runs_svc.usecases.upkeep.collect_blobs import Collect, Collectable
from runs_svc.usecases.upkeep.retention import Candidate, Retention

_CALL = Call("retention", None)
app = typer.Typer(
    help="Withdraw old runs, and collect bytes that nothing needs. Off until RMOS_RETENTION_DAYS is set.",
    no_args_is_help=True,
)
Filter = Annotated[str, typer.Option("--filter", help="which runs, as in lists; default: all")]
Person = Annotated[str, typer.Option("--person", help="who decides this")]
Reason = Annotated[str, typer.Option("--reason", help="why, 6 to 500 characters")]


@app.command()
def plan(filter: Filter = "", runs_dir: RunsDir = None, attachments_dir: AttachmentsDir = None) -> None:
    """Which runs `apply` would withdraw, and why the others stay. Withdraws nothing."""
    candidates = asyncio.run(_plan(filter, settings_of(runs_dir, attachments_dir)))
    _tell(candidates, "would be withdrawn")


@app.command("apply")
def apply_(
    person: Person,
    reason: Reason,
    filter: Filter = "",
    runs_dir: RunsDir = None,
    attachments_dir: AttachmentsDir = None,
) -> None:
    """Withdraw all runs of a filter that are old enough and not under a legal hold. The records stay."""
    candidates = asyncio.run(_apply(filter, person, reason, settings_of(runs_dir, attachments_dir)))
    _tell(candidates, "withdrawn")
    raise typer.Exit(1 if candidates and all(candidate.refusal for candidate in candidates) else 0)


@app.command()
def collect(
    person: Person = "",
    reason: Reason = "",
    runs_dir: RunsDir = None,
    attachments_dir: AttachmentsDir = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only say what would go")] = False,
) -> None:
    """Remove bytes that nothing but withdrawn runs names, and that came in more than a lease and a day ago.

    Uploads that nobody went on with for as long go too.
    """
    found = asyncio.run(_collect(person, reason, settings_of(runs_dir, attachments_dir), dry_run=dry_run))
    for what, items in (("blobs", found.blobs), ("unfinished uploads", found.uploads)):
        size_bytes = sum(item.size_bytes for item in items)
        console.print(f"{len(items)} {what} of {size_bytes} bytes {'would go' if dry_run else 'are gone'}")
    if found.kept:
        console.print(f"{found.kept} blobs stay: they were in the folder before it was marked as this store's alone")


@app.command()
def log(runs_dir: RunsDir = None) -> None:
    """What administrators did and tried, newest first."""
    for line in asyncio.run(_log(settings_of(runs_dir, None))):
        console.print(line, markup=False)


async def _plan(filter_text: str, settings: RunsSettings) -> list[Candidate]:
    store = open_store(settings)
    try:
        return [candidate async for candidate in _retention(store, settings).plan(filter_text)]
    finally:
        await store.close()


async def _apply(filter_text: str, person: str, reason: str, settings: RunsSettings) -> list[Candidate]:
    store = open_store(settings)
    try:
        applied = _retention(store, settings).apply(filter_text, person=person, reason=reason, call=_CALL)
        return [candidate async for candidate in applied]
    finally:
        await store.close()


async def _collect(person: str, reason: str, settings: RunsSettings, *, dry_run: bool) -> Collectable:
    store, writer = open_store(settings), open_writer(settings.ledger_url)
    try:
        with SqlColdLedger(settings.ledger_url) as ledger, progress("looking", None) as on_progress:
            blobs, forget = BlobTree(settings.blobs_path), partial(remove_blobs, writer)
            since = adopted_at(settings.blobs_path)
            came_here_s = inf if since is None else time.time() - since
            collect = Collect(ledger, blobs, _maintenance(store), forget=forget, came_here_s=came_here_s)
            return (
                collect.find(on_progress=on_progress)
                if dry_run
                else await collect.collect(person=person, reason=reason, call=_CALL, on_progress=on_progress)
            )
    finally:
        writer.dispose()
        await store.close()


async def _log(settings: RunsSettings) -> list[str]:
    store = open_store(settings)
    try:
        lines, token = [], ""
        while True:
            page = await _maintenance(store).page(filter_text="", page_size=200, page_token=token)
            for item in page.items:
                entry = item.entity
                lines.append(
                    f"{item.created_at_utc} {entry.command} {entry.outcome} by {entry.person or 'nobody named'}: "
                    f"{entry.reason} {_counts(entry.details)}"
                )
            token = page.next_token
            if not token:
                return lines
    finally:
        await store.close()


def _counts(details: JsonObject) -> str:
    return ", ".join(
        f"{name} {len(value) if isinstance(value, list | dict) else value}" for name, value in details.items()
    )


def _retention(store: Store, settings: RunsSettings) -> Retention:
    amend_run = AmendRun(store.ledger, clock=SystemClock())
    policy = RetentionPolicy(settings.retention_days)
    return Retention(store.ledger, amend_run, _maintenance(store), clock=SystemClock(), policy=policy)


def _maintenance(store: Store) -> MaintenanceLog:
    return MaintenanceLog(store.entities, clock=SystemClock(), ids=SystemIds())


def _tell(candidates: list[Candidate], done: str) -> None:
    console.print(f"{sum(not item.refusal for item in candidates)} of {len(candidates)} runs {done}")
    for refusal, count in sorted(Counter(item.refusal for item in candidates if item.refusal).items()):
        console.print(f"{count} stay: {refusal}")
