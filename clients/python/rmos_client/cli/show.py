"""rmosctl show: one run."""

import sys
from typing import Annotated

import typer

from rmos_client.cli.answers import print_json
from rmos_client.cli.calling import JsonOption
from rmos_client.cli.console import RUNS, RunsAddress, console
from rmos_client.cli.run_view import page
from rmos_client.runs import RunsClient


def show(
    run_id: Annotated[str, typer.Argument(help="Run id, run_ and 12 hex digits.")],
    document: Annotated[bool, typer.Option("--document", help="Print the exact recorded bytes.")] = False,
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """Show a run: verdict, decision, digests, attachments."""
    with RunsClient(runs) as client:
        if document:
            sys.stdout.buffer.write(client.get_document(run_id)[0])
            return
        run = client.get_run(run_id)
    if as_json:
        print_json(run)
    else:
        console.print(page(run), highlight=False)
