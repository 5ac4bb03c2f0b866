"""rmosctl accept: let programs run in spite of what was found in them."""

from typing import Annotated

import typer

from rmos_client.cli.answers import print_json
from rmos_client.cli.calling import JsonOption, PersonOption
from rmos_client.cli.console import RUNS, RequestIdOption, RunsAddress, console
from rmos_client.cli.program import program_lines, program_state
from rmos_client.rmos import Rmos


def accept(
    run_id: Annotated[str, typer.Argument(help="Run whose programs are held back.")],
    *,
    reason: Annotated[str, typer.Option(help="Why, 10 to 2000 characters.")],
    findings: Annotated[str, typer.Option(help="Digest of the findings seen; others are not accepted.")] = "",
    person: PersonOption = "",
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
    request_id: RequestIdOption = None,
) -> None:
    """Accept warnings, or what could not be verified, in the programs of a run. Errors cannot be accepted."""
    with Rmos(runs=runs) as client:
        run = client.accept_findings(
            run_id, person=person, reason=reason, findings_sha256=findings, request_id=request_id
        )
    if as_json:
        print_json(run)
        return
    console.print(f"{run.run_id}  program {program_state(run)}", highlight=False)
    for line in program_lines(run):
        console.print(line, highlight=False, markup=False, soft_wrap=True)
