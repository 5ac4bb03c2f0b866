"""rmosctl show: one run."""

import sys
from typing import Annotated

import typer

from rmos_client.cli.console import RUNS, RunsAddress, console
from rmos_client.cli.run_view import page
from rmos_client.runs import RunsClient


def show(
    run_id: Annotated[str, typer.Argument(help="Run id, run_ and 12 hex digits.")],
    document: Annotated[bool, typer.Option("--document", help="Print the exact recorded bytes.")] = False,
    runs: RunsAddress = RUNS,
) -> None:
    """Show a run: verdict, decision, digests, attachments."""
    with RunsClient(runs) as client:
        if document:
            sys.stdout.buffer.write(client.get_document(run_id)[0])
        else:
            console.print(page(client.get_run(run_id)), highlight=False)
