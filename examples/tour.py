"""The main job on a real rosette, end to end: `make run`.

Starts both servers, evaluates a good cut and a dangerous one, records both, proves the records, and stops. Exit code 0
says that all of it happened.
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
from rich.console import Console

from rmos.runs.v1 import run_pb2
from rmos.type.v1 import risk_pb2
from rmos_client import Rmos, RmosError, Upload, read_job
from rmos_client.cli.report_view import coloured, level_name, view
from rmos_client.cli.run_view import headline
from rmos_client.errors import mint_request_id
from rmos_client.jobs import Job
from testkit.local_servers import LocalServers

HERE = Path(__file__).parent
console = Console(highlight=False, width=110)


class TourError(Exception):
    """Something the tour promises did not happen."""


def expect(truth: object, promise: str) -> None:
    if not truth:
        raise TourError(promise)


def title(number: int, text: str) -> None:
    console.print(f"\n[bold]{number}. {text}[/bold]")


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="rmos-tour-") as folder, LocalServers(Path(folder)) as servers:
        try:
            with Rmos(feasibility=servers.feasibility.address, runs=servers.runs.address) as rmos:
                tour(servers, rmos)
            expect(servers.runs.stop() == 0, "the runs server stops when asked")
            expect(servers.feasibility.stop() == 0, "the feasibility server stops when asked")
        except (TourError, RmosError) as error:
            console.print(f"[bold red]The tour broke off:[/] {error}", markup=True)
            console.print(servers.runs.log_path.read_text()[-2_000:], markup=False)
            return 1
    console.print("\nBoth servers stopped. The same by hand: make serve, then rmosctl --help.")
    return 0


def tour(servers: LocalServers, rmos: Rmos) -> None:
    good, bad = read_job(HERE / "classical_rosette.yaml"), read_job(HERE / "dangerous_rosette.yaml")
    request_id = mint_request_id()
    evaluate(rmos, good, bad)
    recorded, refused = keep(rmos, good, bad, request_id)
    prove(servers, rmos, recorded, refused)
    show_log(servers, request_id)


def evaluate(rmos: Rmos, good: Job, bad: Job) -> None:
    title(1, "Can this rosette channel be cut into a 2.6 mm spruce top?")
    report = rmos.evaluate(good.design, good.context)
    console.print(view(report))
    expect(report.is_feasible, "the rosette is GREEN or YELLOW")

    title(2, "The same channel, cut carelessly")
    report = rmos.evaluate(bad.design, bad.context)
    console.print(view(report))
    expect(report.overall_risk == risk_pb2.RISK_LEVEL_RED, "the dangerous variant is RED")
    explained = rmos.explain(bad.design, bad.context)
    told = [line for section in explained.sections if section.title == "What to change" for line in section.lines]
    for line in told:
        console.print(f"   {line}")
    expect(told, "an explanation says what to change")


def keep(rmos: Rmos, good: Job, bad: Job, request_id: str) -> tuple[run_pb2.Run, run_pb2.Run]:
    title(3, "Both attempts are recorded, the good one with its program")
    recorded = record(rmos, good, request_id)
    refused = record(rmos, bad, mint_request_id())
    console.print(headline(recorded))
    console.print(headline(refused))
    expect(recorded.status == run_pb2.RUN_STATUS_OK, "the good attempt is recorded as OK")
    expect(refused.status == run_pb2.RUN_STATUS_BLOCKED, "the dangerous attempt is recorded as BLOCKED")
    expect(recorded.hashes.gcode_sha256, "the record names the program by its digest")
    release_is_refused(rmos, refused, good)

    title(4, "What the store lists")
    for summary in rmos.list_runs():
        console.print(f"   {summary.run_id}  ", coloured(level_name(summary.risk_level)), f"  {summary.design_name}")
    expect([item.run_id for item in rmos.list_runs()] == [refused.run_id, recorded.run_id], "both runs, newest first")
    return recorded, refused


def prove(servers: LocalServers, rmos: Rmos, recorded: run_pb2.Run, refused: run_pb2.Run) -> None:
    title(5, "Is every record still what was recorded?")
    for run in (recorded, refused):
        verification = wait_for(lambda run=run: verified(rmos, run.run_id))  # type: ignore[misc]
        console.print(f"   {run.run_id}  VERIFIED, {len(verification.items)} checks")

    title(6, "The archive: one file for each record, beside the program's bytes")
    for path in sorted(servers.store.rglob("*")):
        if path.is_file() and (path.suffix == ".json" or path.parent.parent.parent.name == "attachments"):
            console.print(f"   {path.relative_to(servers.store)}  {path.stat().st_size} bytes")
    expect(archived(servers, recorded) and archived(servers, refused), "each run has its archive file")


def show_log(servers: LocalServers, request_id: str) -> None:
    title(7, f"Log lines of both servers that share {request_id}")
    lines = [line for server in (servers.runs, servers.feasibility) for line in log_lines(server.log_path, request_id)]
    for line in lines:
        console.print(f"   {line['method'].rsplit('.', 1)[-1]:<45} {line['code']}  {line['ms']:.1f} ms")
    expect(any("RunsService/CreateRun" in line["method"] for line in lines), "the runs server logs the id")
    expect(any("EvaluateFeasibility" in line["method"] for line in lines), "the feasibility server logs the same id")


def record(rmos: Rmos, job: Job, request_id: str) -> run_pb2.Run:
    attachments = [
        rmos.upload(Upload(item.path, item.kind, item.mime), request_id=request_id) for item in job.attachments
    ]
    return rmos.create_run(
        job.design,
        job.context,
        mode=job.mode,
        attachments=attachments,
        source_request=job.source,
        envelope=job.envelope,
        request_id=request_id,
    )


def release_is_refused(rmos: Rmos, refused: run_pb2.Run, good: Job) -> None:
    program = good.attachments[0]
    try:
        rmos.upload(Upload(program.path, "gcode", program.mime), run_id=refused.run_id)
    except RmosError as error:
        expect(error.reason == "SAFETY_BLOCKED", "a blocked run is given no program")
        console.print("   No program is released to the blocked run:", style="dim")
        for precondition in error.preconditions:
            console.print(f"     {precondition}", style="dim")
        return
    raise TourError("a blocked run is given no program")


def verified(rmos: Rmos, run_id: str) -> run_pb2.RunVerification | None:
    verification = rmos.verify_run(run_id)
    return verification if verification.outcome == run_pb2.VERIFICATION_OUTCOME_VERIFIED else None


def wait_for(probe: Callable[[], run_pb2.RunVerification | None]) -> run_pb2.RunVerification:
    """The archive follows the ledger within milliseconds; give it a moment."""
    for _ in range(50):
        found = probe()
        if found is not None:
            return found
    raise TourError("every record verifies")


def archived(servers: LocalServers, run: run_pb2.Run) -> bool:
    day = run.create_time.ToDatetime().strftime("%Y-%m-%d")
    return (servers.store / day / f"{run.run_id}.json").is_file()


def log_lines(path: Path, request_id: str) -> list[dict[str, Any]]:
    lines = [orjson.loads(line) for line in path.read_bytes().splitlines() if line.startswith(b"{")]
    return [line for line in lines if line.get("request_id") == request_id and "method" in line]


if __name__ == "__main__":
    sys.exit(main())
