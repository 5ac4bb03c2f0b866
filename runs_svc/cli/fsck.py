"""`python -m runs_svc fsck`: check a store as a whole, and with --repair mend the ledger from the archive and back."""

import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from foundation.timestamps import write_time
from runs_svc.adapters.archive.archive import path_of
from runs_svc.adapters.archive.place import forget_place, read_cursor, read_progress
from runs_svc.adapters.archive.repair import republish
from runs_svc.adapters.archive.tree import ArchiveTree
from runs_svc.adapters.blobs.tree import BlobTree
from runs_svc.adapters.sqlite.ledger_rebuild import SqlNewLedger
from runs_svc.adapters.sqlite.offline_ledger import SqlColdLedger
from runs_svc.adapters.sqlite.rebuilt_ledger import (
    DAMAGED,
    begin_rebuild,
    finish_rebuild,
    is_rebuild_unfinished,
    set_aside,
)
from runs_svc.cli.offline import AttachmentsDir, ReportFile, RunsDir, console, progress, settings_of, write_report
from runs_svc.composition.store import own
from runs_svc.config import RunsSettings
from runs_svc.domain.upkeep.verification import Check, Outcome
from runs_svc.usecases.upkeep.rebuild_ledger import Rebuild, RebuildReport
from runs_svc.usecases.verification.fsck import Fsck, StoreReport

_MOST_PRINTED = 20


class Repair(StrEnum):
    """What may be repaired."""

    LEDGER = "ledger"
    ARCHIVE = "archive"
    ALL = "all"


def fsck(
    runs_dir: RunsDir = None,
    attachments_dir: AttachmentsDir = None,
    report_file: ReportFile = None,
    repair: Annotated[
        Repair | None, typer.Option("--repair", help="repair the ledger from the archive, the archive from the ledger")
    ] = None,
) -> None:
    """Check a store as a whole: records, chains, published files, lists, callers' keys, bytes.

    Without --repair nothing is written, so that a cold copy on a read-only disk can be checked; beside a running server
    files of the last second may be reported as missing. With --repair no server may run. What is replaced is set aside.
    Exit code 0: sound, or sound after the repair; 1: damage is left; 2: cannot run with these arguments.
    """
    settings = settings_of(runs_dir, attachments_dir)
    if repair is not None:
        with own(settings):
            if repair in {Repair.LEDGER, Repair.ALL}:
                _print_rebuilt(rebuild_ledger(settings))
            if repair in {Repair.ARCHIVE, Repair.ALL}:
                _repair_archive(settings)
    report = check(settings)
    _print_report(report)
    write_report(report_file, _as_json(report))
    raise typer.Exit(0 if report.sound else 1)


def check(settings: RunsSettings) -> StoreReport:
    """Everything that is wrong with a store."""
    with SqlColdLedger(settings.ledger_url) as ledger, progress("checking", None) as on_progress:
        fsck = Fsck(ledger, ArchiveTree(settings.runs_dir), BlobTree(settings.blobs_path))
        report = fsck.check(on_progress=on_progress)
    if is_rebuild_unfinished(settings.runs_dir, settings.ledger_path):
        text = "a repair of the ledger was interrupted: `fsck --repair ledger` finishes it"
        report.note(Check("database", Outcome.UNREADABLE, detail=text))
    return report


def rebuild_ledger(settings: RunsSettings) -> RebuildReport:
    """Put a rebuilt ledger in the place of the one that is there, which is kept aside."""
    root, ledger = settings.runs_dir, settings.ledger_path
    if is_rebuild_unfinished(root, ledger):
        finish_rebuild(root, ledger)
        console.print("an earlier repair was interrupted; it is finished now")
    new = SqlNewLedger(begin_rebuild(root, ledger))
    with SqlColdLedger(settings.ledger_url) as old, progress("rebuilding", None) as on_progress:
        rebuild = Rebuild(old, ArchiveTree(settings.runs_dir), BlobTree(settings.blobs_path), new)
        report = rebuild.rebuild(now_utc=write_time(datetime.datetime.now(datetime.UTC)), on_progress=on_progress)
    new.commit()
    finish_rebuild(root, ledger)
    unfit = [path_of(root, document) for document in report.unfit]
    if unfit:
        set_aside(root, unfit)  # otherwise the archive has for ever what the ledger has not
    for path in unfit:
        path.unlink(missing_ok=True)
    with SqlColdLedger(settings.ledger_url) as rebuilt:
        _forget_other_place(root, rebuilt)
    return report


def _forget_other_place(root: Path, ledger: SqlColdLedger) -> None:
    """Have everything published again, unless the ledger still holds what the archive's place names."""
    progress = read_progress(root)
    for place in (read_cursor(root), progress and progress[0]):
        if place is not None and place.seq > 0:
            document = ledger.row(place.seq).document
            if document is None or document.sha256 != place.sha256:
                forget_place(root)


def _repair_archive(settings: RunsSettings) -> None:
    with SqlColdLedger(settings.ledger_url) as ledger, progress("publishing", None) as on_progress:
        published = republish(ledger, settings.runs_dir, settings.runs_dir / DAMAGED, on_progress=on_progress)
    console.print(f"{published.missing} files published again, {published.replaced} replaced")


def _print_rebuilt(report: RebuildReport) -> None:
    console.print(f"{report.kept} records kept, {report.from_archive} taken from the archive, {len(report.lost)} lost")
    for key, first, other in report.doubled[:_MOST_PRINTED]:
        console.print(
            f"key {key} is in two runs: it leads to the first, {first}; {other} stays without a key", markup=False
        )
    for record in report.lost[:_MOST_PRINTED]:
        console.print(f"lost: {record}", markup=False)


def _print_report(report: StoreReport) -> None:
    console.print(f"{report.subjects} subjects, {report.records} records, {report.blobs} blobs")
    console.print(", ".join(f"{report.outcomes[outcome]} {outcome}" for outcome in Outcome))
    if report.outcomes[Outcome.PENDING]:
        console.print(f"{report.outcomes[Outcome.PENDING]} not yet published: the next start of the server does that")
    for doubled in report.doubled_keys[:_MOST_PRINTED]:
        console.print(f"key in two runs: {doubled}", markup=False)
    if report.legacy_rules:
        rules = ", ".join(f"{count} {rule}" for rule, count in sorted(report.legacy_rules.items()))
        console.print(f"hashes of imported records by rule: {rules}")
    if report.unreferenced:
        console.print(f"{len(report.unreferenced)} files that no record names (`retention collect` removes them)")
    for check_ in report.problems[:_MOST_PRINTED]:
        console.print(f"{check_.outcome} {check_.item}: {check_.detail}", markup=False)
    if len(report.problems) > _MOST_PRINTED:
        console.print(f"and {len(report.problems) - _MOST_PRINTED} more; --report writes them all")


def _as_json(report: StoreReport) -> dict[str, object]:
    return {
        "subjects": report.subjects,
        "records": report.records,
        "blobs": report.blobs,
        "outcomes": {str(outcome): report.outcomes[outcome] for outcome in Outcome},
        "legacy_rules": dict(report.legacy_rules),
        "unreferenced": report.unreferenced,
        "doubled_keys": report.doubled_keys,
        "problems": [
            {
                "item": item.item,
                "outcome": str(item.outcome),
                "expected_sha256": item.expected_sha256,
                "actual_sha256": item.actual_sha256,
                "detail": item.detail,
            }
            for item in report.problems
        ],
    }
