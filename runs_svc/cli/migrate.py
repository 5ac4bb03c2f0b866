"""`python -m runs_svc migrate`: bring a v1 store in, check it, take it out again, write v1 records."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import orjson
import typer

from foundation.call import Call
from foundation.canonical_json import JsonObject
from foundation.timestamps import write_time
from runs_svc.adapters.archive.archive import path_of
from runs_svc.adapters.blobs.bulk import BulkBlobs
from runs_svc.adapters.legacy_files import LegacyStore, SourceRecord, UnreadableIndexError
from runs_svc.adapters.sqlite.engine import open_writer
from runs_svc.adapters.sqlite.ledger import document_of
from runs_svc.adapters.sqlite.read_only import ReadOnlyLedger
from runs_svc.adapters.sqlite.removal import remove_runs
from runs_svc.adapters.system import SystemClock, SystemIds
from runs_svc.cli.offline import AttachmentsDir, ReportFile, RunsDir, console, progress, settings_of, write_report
from runs_svc.composition.store import Store, open_as_it_is, open_store
from runs_svc.config import RunsSettings
from runs_svc.domain.shop.imports import ImportAttempt, ImportedFile, ImportOutcome
from runs_svc.usecases.shop.imports import ImportLog
from runs_svc.usecases.upkeep import migrate_v1
from runs_svc.usecases.upkeep.migrate_v1 import ApplyV1, Line, Report

_MOST_PRINTED = 50
_CALL = Call("migrate", None)
app = typer.Typer(help="Bring the records of a v1 store in.", no_args_is_help=True)
Index = Annotated[
    Path, typer.Argument(help="the v1 index: one JSON file, run id to record", exists=True, dir_okay=False)
]
Files = Annotated[
    Path | None, typer.Option("--files", help="the v1 attachments; default: `attachments` beside the index")
]


@app.command()
def status(index: Index, files: Files = None, runs_dir: RunsDir = None, attachments_dir: AttachmentsDir = None) -> None:
    """How much of a v1 store is imported already. Writes nothing."""
    report = _planned(_source(index, files), settings_of(runs_dir, attachments_dir))
    counts = report.counts
    console.print(
        f"{len(report.records)} records: {counts.get('unchanged', 0)} are imported, {counts.get('imported', 0)} are not"
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
    """What `apply` would do. Writes nothing but the report, where `--report` names a file."""
    report = _planned(_source(index, files), settings_of(runs_dir, attachments_dir))
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
    settings = settings_of(runs_dir, attachments_dir)
    options = _Options(backup, unreferenced)
    report = asyncio.run(_apply(_source(index, files), settings, options))
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
    lines = asyncio.run(_verify(_source(index, files), settings_of(runs_dir, attachments_dir)))
    counts = Counter(line.outcome for line in lines)
    console.print(", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items())) or "no records")
    _print_lines([line for line in lines if line.outcome != "verified"])
    write_report(report_file, {"records": [line.as_json() for line in lines], "counts": dict(counts)})
    raise typer.Exit(0 if counts.keys() <= {"verified"} else 1)


@app.command()
def rollback(
    index: Index, files: Files = None, runs_dir: RunsDir = None, attachments_dir: AttachmentsDir = None
) -> None:
    """Take out exactly the runs that were made of this index. Native runs stay, and so does what has amendments."""
    kept = asyncio.run(_rollback(_source(index, files), settings_of(runs_dir, attachments_dir)))
    for run_id in kept:
        console.print(f"{run_id} stays: something was added to it here")
    raise typer.Exit(1 if kept else 0)


@app.command()
def export(
    output: Annotated[Path, typer.Argument(help="the v1 index to write", dir_okay=False)],
    runs_dir: RunsDir = None,
    attachments_dir: AttachmentsDir = None,
) -> None:
    """Write all runs as v1 records, for tools that still read v1. Imported ones come out with their own bytes."""
    count = asyncio.run(_export(output, settings_of(runs_dir, attachments_dir)))
    console.print(f"{count} records written to {output}")


def _source(index: Path, files: Path | None) -> LegacyStore:
    source = LegacyStore(index, files or index.parent / "attachments")
    for name in source.links():
        console.print(f"{name} leads elsewhere; links are not followed", markup=False, highlight=False, soft_wrap=True)
    return source


def _planned(source: LegacyStore, settings: RunsSettings) -> Report:
    records = list(source.records())
    with ReadOnlyLedger(settings.ledger_url) as recorded, progress("looking", len(records)) as on_progress:
        return migrate_v1.plan(records, source.files(), recorded, on_progress=on_progress)


class _Options(NamedTuple):
    """What `apply` does beside bringing records in."""

    backup: bool
    unreferenced: bool


async def _apply(source: LegacyStore, settings: RunsSettings, options: _Options) -> Report:
    store = open_store(settings)
    try:
        records = await _read(store, source)
        if options.backup:
            _back_up(settings, source)
        bulk = BulkBlobs(store.blobs, source.paths())
        with progress("importing", len(records)) as on_progress:
            report = await ApplyV1(store.ledger, bulk, source.files()).apply(records, on_progress=on_progress)
        extra = await _keep_unreferenced(store, source, bulk, report) if options.unreferenced else ()
        await _note(store, source, report, extra)
        return report
    finally:
        await store.close()


async def _keep_unreferenced(
    store: Store, source: LegacyStore, bulk: BulkBlobs, report: Report
) -> Sequence[ImportedFile]:
    """Make the files durable that no record names; each with its name."""
    paths, now = source.paths(), write_time(SystemClock().now())
    blobs = bulk.add_files(report.unreferenced)
    for blob in blobs:
        if not await store.ledger.find_blobs([blob.digest]):
            await store.ledger.add_blob(blob, created_at_utc=now)
    console.print(f"{len(blobs)} files that no record names are kept with the import")
    return [
        ImportedFile(paths[name].name, blob.digest.sha256, blob.size_bytes)
        for name, blob in zip(report.unreferenced, blobs, strict=True)
    ]


async def _read(store: Store, source: LegacyStore) -> list[SourceRecord]:
    """The records of the index; an index that cannot be read leaves its trace too."""
    try:
        return list(source.records())
    except UnreadableIndexError as error:
        rejected = ImportAttempt(
            "v1", ImportOutcome.REJECTED, "v1 index", source.sha256(), source.size_bytes(), str(error)
        )
        await _log(store).note(rejected, call=_CALL)
        raise


def _back_up(settings: RunsSettings, source: LegacyStore) -> None:
    """Copy the ledger as it is, once per index."""
    target = settings.runs_dir / ".backups" / f"before-v1-{source.sha256()[:12]}.db"
    if target.exists():
        return
    target.parent.mkdir(exist_ok=True)
    staged = target.with_suffix(".tmp")
    ledger = settings.runs_dir / "rmos.db"
    with sqlite3.connect(ledger) as live, sqlite3.connect(staged) as copy:
        live.backup(copy)
    staged.replace(target)


async def _note(store: Store, source: LegacyStore, report: Report, extra: Sequence[ImportedFile]) -> None:
    """Leave the trace of this import; one that changed nothing leaves none beside an earlier one."""
    counts: JsonObject = dict(report.counts)
    log = _log(store)
    earlier = await log.page(filter_text=f"source_sha256 = {source.sha256()}", page_size=1, page_token="")
    kept_before = {file.sha256 for item in earlier.items for file in item.entity.attachments}
    if earlier.items and not counts.get("imported") and kept_before >= {file.sha256 for file in extra}:
        return
    outcome = ImportOutcome.ACCEPTED if counts.get("imported") or counts.get("unchanged") else ImportOutcome.REJECTED
    attempt = ImportAttempt("v1", outcome, "v1 index", source.sha256(), source.size_bytes(), "", counts, extra)
    await log.note(attempt, call=_CALL)


def _log(store: Store) -> ImportLog:
    return ImportLog(store.entities, clock=SystemClock(), ids=SystemIds())


async def _verify(source: LegacyStore, settings: RunsSettings) -> list[Line]:
    records = list(source.records())
    store = open_store(settings)
    try:
        lines = []
        with progress("verifying", len(records)) as on_progress:
            async for line in migrate_v1.verify(records, source.files(), store.ledger, store.blobs):
                lines.append(line)
                on_progress(line)
        return lines
    finally:
        await store.close()


async def _rollback(source: LegacyStore, settings: RunsSettings) -> list[str]:
    ours = [line.key for line in _planned(source, settings).records if line.outcome == "unchanged"]
    store = open_as_it_is(settings)
    try:
        writer = open_writer(settings.ledger_url)
        removed = remove_runs(writer, ours)
        writer.dispose()
        for document in removed.documents:
            _remove_published(settings.runs_dir, path_of(settings.runs_dir, document))
        for blob in removed.blobs:
            _remove_published(settings.blobs_path, store.blobs.path_of(blob))
        await _tidy(store, source, settings)
        console.print(f"{len(removed.documents)} runs and {len(removed.blobs)} blobs removed")
        return list(removed.kept)
    finally:
        await store.close()


def _remove_published(root: Path, path: Path) -> None:
    """Remove a file, and the folders above it that are empty without it."""
    path.unlink(missing_ok=True)
    for folder in path.parents:
        if folder == root or root not in folder.parents or not folder.is_dir() or any(folder.iterdir()):
            return
        folder.rmdir()


async def _tidy(store: Store, source: LegacyStore, settings: RunsSettings) -> None:
    """Remove files of runs that are not there any more: a rollback that was killed leaves some."""
    with ReadOnlyLedger(settings.ledger_url) as recorded:
        gone = migrate_v1.absent(source.records(), source.files(), recorded)
    for imported in gone:
        record = imported.record
        published = path_of(settings.runs_dir, document_of(record))
        if published.is_file() and published.read_bytes() == record.document:
            _remove_published(settings.runs_dir, published)
        named = [item.digest for item in record.attachments]
        durable = await store.ledger.find_blobs(named)
        for digest in named:
            if digest not in durable:
                _remove_published(settings.blobs_path, store.blobs.path_of(digest))


async def _export(output: Path, settings: RunsSettings) -> int:
    """Write the index beside its name first, so that it appears whole."""
    store = open_store(settings)
    staged, count = output.with_name(f"{output.name}.tmp"), 0
    try:
        with staged.open("wb") as file:
            file.write(b"{")
            async for run_id, record in migrate_v1.as_v1(store.ledger, store.blobs):
                file.write(b",\n" if count else b"\n")
                file.write(orjson.dumps(str(run_id)) + b": " + record)
                count += 1
            file.write(b"\n}\n")
        staged.replace(output)
        return count
    finally:
        await store.close()


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


def _as_json(report: Report) -> Mapping[str, Any]:
    return {
        "records": [line.as_json() for line in report.records],
        "counts": dict(report.counts),
        "unreferenced_files": list(report.unreferenced),
    }
