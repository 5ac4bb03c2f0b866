"""rmosctl audit: the programs of a run, read again."""

from typing import Annotated

import typer

from rmos.runs.v1 import run_pb2
from rmos_client.cli.answers import print_json
from rmos_client.cli.calling import JsonOption
from rmos_client.cli.console import EXIT_NOT_FEASIBLE, EXIT_NOT_VERIFIED, RUNS, RequestIdOption, RunsAddress, console
from rmos_client.cli.program import HELD_BACK, program_lines, program_state
from rmos_client.rmos import Rmos


def audit(
    run_id: Annotated[str, typer.Argument(help="Run whose programs are read.")],
    *,
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
    request_id: RequestIdOption = None,
) -> None:
    """Read the programs of a run again and compare them with what was approved. Exit codes as `rmosctl gcode audit`."""
    with Rmos(runs=runs) as client:
        run = client.audit_run(run_id, request_id=request_id)
    if as_json:
        print_json(run)
    else:
        console.print(f"{run.run_id}  program {program_state(run)}", highlight=False)
        for line in program_lines(run):
            console.print(line, highlight=False, markup=False, soft_wrap=True)
    release = run.program_audit.release
    if release == run_pb2.PROGRAM_RELEASE_DEVIATES:
        raise typer.Exit(EXIT_NOT_FEASIBLE)
    if release in HELD_BACK:
        raise typer.Exit(EXIT_NOT_VERIFIED)
