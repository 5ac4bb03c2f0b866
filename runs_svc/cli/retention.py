"""`python -m runs_svc retention`: withdraw old runs, collect bytes that nothing needs, see who did what."""

import asyncio
from collections import Counter
from typing import Annotated

import typer

from foundation.canonical_json import JsonObject
from runs_svc.cli.offline import AttachmentsDir, RunsDir, console, progress, store_of
from runs_svc.composition import offline_retention
from runs_svc.usecases.upkeep.retention import Candidate

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
    candidates = asyncio.run(offline_retention.plan(store_of(runs_dir, attachments_dir), filter))
    _tell(candidates, "would be withdrawn")


@app.command("apply")
def apply_(
    person: Person,
    reason: Reason,
    filter: Filter = "",
    runs_dir: RunsDir = None,
    attachments_dir: AttachmentsDir = None,
) -> None:
    """Withdraw every run of a filter that is old enough and not under a legal hold. The records stay."""
    settings = store_of(runs_dir, attachments_dir)
    candidates = asyncio.run(offline_retention.withdraw(settings, filter, person=person, reason=reason))
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
    owner_url: Annotated[
        str | None, typer.Option("--owner-url", help="PostgreSQL: the database as its owner, who alone may do this")
    ] = None,
) -> None:
    """Remove bytes that nothing but withdrawn runs names, and that came in more than a lease and a day ago.

    Uploads that nobody went on with for as long go too. No server may run, but for --dry-run on PostgreSQL.
    """
    settings = store_of(runs_dir, attachments_dir)
    found = asyncio.run(
        offline_retention.collectable(settings, progress=progress)
        if dry_run
        else offline_retention.collect(settings, owner_url=owner_url, person=person, reason=reason, progress=progress)
    )
    for what, items in (("blobs", found.blobs), ("unfinished uploads", found.uploads)):
        size_bytes = sum(item.size_bytes for item in items)
        console.print(f"{len(items)} {what} of {size_bytes} bytes {'would go' if dry_run else 'are gone'}")
    if found.kept:
        console.print(f"{found.kept} blobs stay: they were in the folder before it was marked as this store's alone")


@app.command()
def log(runs_dir: RunsDir = None) -> None:
    """What administrators did and tried, newest first."""
    for item in asyncio.run(offline_retention.log(store_of(runs_dir, None))):
        entry = item.entity
        console.print(
            f"{item.created_at_utc} {entry.command} {entry.outcome} by {entry.person or 'nobody named'}: "
            f"{entry.reason} {_counts(entry.details)}",
            markup=False,
        )


def _counts(details: JsonObject) -> str:
    return ", ".join(
        f"{name} {len(value) if isinstance(value, list | dict) else value}" for name, value in details.items()
    )


def _tell(candidates: list[Candidate], done: str) -> None:
    console.print(f"{sum(not item.refusal for item in candidates)} of {len(candidates)} runs {done}")
    for refusal, count in sorted(Counter(item.refusal for item in candidates if item.refusal).items()):
        console.print(f"{count} stay: {refusal}")
