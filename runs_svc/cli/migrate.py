"""`python -m runs_svc migrate`: bring a v1 store in, check it, take it out again, write v1 records."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from foundation.canonical_json import JsonMapping
from runs_svc.cli.offline import (
    AttachmentsDir,
    ReportFile,
    RunsDir,
    console,
    progress,
    settings_of,
    store_of,
    write_report,
)
from runs_svc.composition.offline_v1 import ApplyOptions, MigrationV1, export_v1
from runs_svc.config import RunsSettings
from runs_svc.usecases.upkeep.migrate_v1 import Line, Report

_MOST_PRINTED = 50
app = typer.Typer(help="Bring the records of a v1 store in.", no_args_is_help=True)
Index = Annotated[
    Path, typer.Argument(help="the v1 index: one JSON file, run id to record", exists=True, dir_okay=False)
]
Files = Annotated[
    Path | None, typer.Option("--files", help="the v1 attachments; default: `attachments` beside the index")
]


@app.command()
def status(index: Index, files: Files = None, runs_dir: RunsDir = None, attachments_dir: AttachmentsDir = None) -> None:
    """How much of a v1 store is in already. Writes nothing."""
    report = _migration(index, files, settings_of(runs_dir, attachments_dir)).plan()
    counts = report.counts
    console.print(
        f"{len(report.records)} records: {counts.get('unchanged', 0)} are in, {counts.get('imported', 0)} are not"
    )
    console.print(
        f"{counts.get('conflict', 0)} are already there with other content, {counts.get('error', 0)} cannot be read"
    )


@app.command()
def plan(
    index: Index,
    files: Files = None,
    runs_dir: RunsDir = None,
    attachments_dir: AttachmentsDir = None,
    report_file: ReportFile = None,
) -> None:
    """What `apply` would do. Writes nothing but the report that was asked for."""
    report = _migration(index, files, settings_of(runs_dir, attachments_dir)).plan()
    _print_report(report, "would be imported")
    write_report(report_file, _as_json(report))
    raise typer.Exit(0 if report.clean else 1)


@app.command("apply")
def apply_(
    index: Index,
    files: Files = None,
    runs_dir: RunsDir = None,
    attachments_dir: AttachmentsDir = None,
    report_file: ReportFile = None,
    *,
    backup: Annotated[bool, typer.Option(help="copy the ledger before the first change")] = True,
    unreferenced: Annotated[
        bool,
        typer.Option("--unreferenced", help="bring in the files that no record names too"),
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="as `plan`: write nothing")] = False,
) -> None:
    """Bring the records in. Running it again goes on where it stopped, and changes nothing that is in already."""
    if dry_run:
        plan(index, files, runs_dir, attachments_dir, report_file)
    migration = _migration(index, files, settings_of(runs_dir, attachments_dir))
    report, kept = asyncio.run(migration.apply(ApplyOptions(backup, unreferenced)))
    if unreferenced:
        console.print(f"{kept} files that no record names are kept with the import")
    _print_report(report, "imported")
    write_report(report_file, _as_json(report))
    raise typer.Exit(0 if report.clean else 1)


@app.command()
def verify(
    index: Index,
    files: Files = None,
    runs_dir: RunsDir = None,
    attachments_dir: AttachmentsDir = None,
    report_file: ReportFile = None,
) -> None:
    """Hold each record against the run that was made of it: document, source bytes, attachments."""
    lines = asyncio.run(_migration(index, files, store_of(runs_dir, attachments_dir)).verify())
    counts = Counter(line.outcome for line in lines)
    console.print(", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items())) or "no records")
    _print_lines([line for line in lines if line.outcome != "verified"])
    write_report(report_file, {"records": [line.as_json() for line in lines], "counts": dict(counts)})
    raise typer.Exit(0 if counts.keys() <= {"verified"} else 1)


@app.command()
def rollback(
    index: Index, files: Files = None, runs_dir: RunsDir = None, attachments_dir: AttachmentsDir = None
) -> None:
    """Take out exactly the runs that were made of this index.

    Native runs stay, and so does every imported run that something was added to here, or that a native run or a job
    names.
    """
    removed = asyncio.run(_migration(index, files, store_of(runs_dir, attachments_dir)).roll_back())
    console.print(f"{len(removed.documents)} runs and {len(removed.blobs)} blobs taken out")
    for run_id, reason in removed.kept.items():
        console.print(f"{run_id} stays: {reason}", markup=False)
    raise typer.Exit(1 if removed.kept else 0)


@app.command()
def export(
    output: Annotated[Path, typer.Argument(help="the v1 index to write", dir_okay=False)],
    runs_dir: RunsDir = None,
    attachments_dir: AttachmentsDir = None,
) -> None:
    """Write every run as a v1 record, for tools that still read v1. Imported ones come out with their own bytes."""
    count = asyncio.run(export_v1(output, store_of(runs_dir, attachments_dir)))
    console.print(f"{count} records written to {output}")


def _migration(index: Path, files: Path | None, settings: RunsSettings) -> MigrationV1:
    migration = MigrationV1(index, files, settings, progress=progress)
    for name in migration.links():
        console.print(f"{name} leads elsewhere; links are not followed", markup=False, highlight=False, soft_wrap=True)
    return migration


def _print_report(report: Report, imported: str) -> None:
    words = {"imported": imported, "unchanged": "unchanged", "conflict": "in conflict", "error": "unreadable"}
    counts = report.counts
    console.print(
        f"{len(report.records)} records: " + ", ".join(f"{counts.get(key, 0)} {word}" for key, word in words.items())
    )
    lines = [line for line in report.records if line.lines]
    console.print(f"{len(lines)} records with remarks, {len(report.unreferenced)} files that no record names")
    _print_lines(sorted(lines, key=lambda line: line.outcome not in {"conflict", "error"}))


def _print_lines(lines: Sequence[Line]) -> None:
    """The findings on each record, one a line."""
    said = [f"{line.key} {line.outcome}: {text}" for line in lines for text in line.lines]
    for text in said[:_MOST_PRINTED]:
        console.print(text, markup=False, highlight=False, soft_wrap=True)
    if len(said) > _MOST_PRINTED:
        console.print(f"and {len(said) - _MOST_PRINTED} more; --report writes them all")


def _as_json(report: Report) -> JsonMapping:
    return {
        "records": [line.as_json() for line in report.records],
        "counts": dict(report.counts),
        "unreferenced_files": list(report.unreferenced),
    }
