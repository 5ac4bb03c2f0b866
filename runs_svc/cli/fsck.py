"""`python -m runs_svc fsck`: check a store as a whole, and with --repair mend the ledger from the archive and back."""

from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Annotated

import typer

from rpckit.settings import ConfigurationError
from runs_svc.cli.offline import AttachmentsDir, ReportFile, RunsDir, console, progress, settings_of, write_report
from runs_svc.composition import offline, repairing
from runs_svc.config import RunsSettings
from runs_svc.domain.upkeep.verification import Outcome
from runs_svc.usecases.upkeep.rebuild_ledger import RebuildReport
from runs_svc.usecases.verification.fsck import Days, StoreReport

_MOST_PRINTED = 20
Day = partial(typer.Option, formats=["%Y-%m-%d"])


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
    into: Annotated[
        str | None, typer.Option("--into", help="empty database in which a ledger in PostgreSQL is rebuilt")
    ] = None,
    first: Annotated[
        datetime | None, Day("--from", help="look only at what was recorded on this day of UTC or later")
    ] = None,
    last: Annotated[
        datetime | None, Day("--to", help="look only at what was recorded on this day of UTC or earlier")
    ] = None,
) -> None:
    """Check a store as a whole: records, chains, published files, lists, callers' keys, bytes.

    Without --repair nothing is written, so that a cold copy on a read-only disk can be checked; beside a running server
    files of the last second may be reported as missing. With --repair no server may run. What is replaced is set aside.
    With --from or --to only runs and other things that were created on these days are looked at, with all that was
    added to them since, and the bytes they name; files that nothing names are told of whole stores only.
    A ledger in PostgreSQL is rebuilt in the empty database that --into names, which is checked then.
    Exit code 0: sound, or sound after the repair; 1: damage is left; 2: cannot run with these arguments.
    """
    settings = settings_of(runs_dir, attachments_dir)
    if not settings.is_postgres and not settings.runs_dir.is_dir():
        raise ConfigurationError(f"there is no store in {settings.runs_dir}")
    days = Days(first and first.date(), last and last.date())
    if days.are_bounded and repair is not None:
        raise ConfigurationError("--from, --to: a repair is of the whole store")
    if first and last and first > last:
        raise ConfigurationError(f"--from {days.first} is after --to {days.last}")
    if repair is not None:
        _repair(settings, repair, into)
    elif into is not None:
        raise ConfigurationError("--into: name what to repair, too: --repair ledger or --repair all")
    if into is not None:
        settings = repairing.there(settings, into)
    report = offline.check(settings, days, progress=progress)
    _print_report(report)
    write_report(report_file, _as_json(report))
    raise typer.Exit(0 if report.sound else 1)


def _repair(settings: RunsSettings, what: Repair, into: str | None) -> None:
    done = repairing.repair(
        settings,
        ledger=what in {Repair.LEDGER, Repair.ALL},
        archive=what in {Repair.ARCHIVE, Repair.ALL},
        into=into,
        progress=progress,
    )
    if done.ledger is not None:
        _print_rebuilt(done.ledger)
    if done.archive is not None:
        console.print(f"{done.archive.missing} files published again, {done.archive.replaced} replaced")


def _print_rebuilt(report: RebuildReport) -> None:
    if report.finished_earlier:
        console.print("an earlier repair was interrupted; it is finished now")
    console.print(f"{report.kept} records stay, {report.from_archive} taken from the archive, {len(report.lost)} lost")
    for key, first, other in report.doubled[:_MOST_PRINTED]:
        console.print(
            f"key {key} is in two runs: it leads to the first, {first}; {other} stays without a key", markup=False
        )
    for record in report.lost[:_MOST_PRINTED]:
        console.print(f"lost: {record}", markup=False)


def _print_report(report: StoreReport) -> None:
    console.print(f"{report.subjects} subjects, {report.records} records, {report.blobs} blobs")
    if report.other_subjects:
        console.print(f"{report.other_subjects} of other days were not looked at")
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
        "other_subjects": report.other_subjects,
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
