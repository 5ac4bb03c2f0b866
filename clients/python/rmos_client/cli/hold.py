"""rmosctl hold: keep a run from being withdrawn, or release it."""

from typing import Annotated

import typer

from rmos_client.cli.answers import print_json
from rmos_client.cli.calling import JsonOption, PersonOption
from rmos_client.cli.console import RUNS, RunsAddress, console
from rmos_client.rmos import Rmos


def hold(
    run_id: Annotated[str, typer.Argument(help="The run.")],
    reason: Annotated[str, typer.Option(help="Why, 6 to 500 characters.")],
    person: PersonOption = "",
    release: Annotated[bool, typer.Option("--release", help="Release the hold instead of placing it.")] = False,
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """Place a legal hold on a run, or release it."""
    with Rmos(runs=runs) as client:
        run = client.set_legal_hold(run_id, held=not release, person=person, reason=reason)
    if as_json:
        print_json(run)
        return
    console.print(f"{run.run_id} is {'held' if run.legal_hold.held else 'not held any more'}", highlight=False)
