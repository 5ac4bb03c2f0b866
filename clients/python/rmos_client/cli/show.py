"""rmosctl show: one run, or several."""

import sys
from typing import Annotated

import typer

from rmos_client.cli.answers import as_dict, print_json, print_object
from rmos_client.cli.calling import JsonOption
from rmos_client.cli.console import EXIT_FAILED, RUNS, RunsAddress, console, error_console
from rmos_client.cli.run_view import page
from rmos_client.rmos import Rmos


def show(
    run_ids: Annotated[list[str], typer.Argument(help="Run id, run_ and 12 hex digits; or several.")],
    document: Annotated[bool, typer.Option("--document", help="Print the exact recorded bytes, of one run.")] = False,
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """Show runs: verdict, gate, who opened it, digests, programs, what happened at the machine, notes."""
    if document and len(run_ids) > 1:
        raise typer.BadParameter("the bytes of one run can be printed, not of several", param_hint="--document")
    with Rmos(runs=runs) as client:
        if document:
            sys.stdout.buffer.write(client.get_document(run_ids[0])[0])
            return
        if len(run_ids) > 1:
            _show_all(client, run_ids, as_json=as_json)
            return
        run = client.get_run(run_ids[0])
    if as_json:
        print_json(run)
    else:
        console.print(page(run), highlight=False)


def _show_all(client: Rmos, run_ids: list[str], *, as_json: bool) -> None:
    """Several runs in the order asked for. Exit code 1 when one is not there or cannot be read."""
    found, unreachable = client.batch_get_runs(run_ids)
    if as_json:
        print_object(runs=[as_dict(run) for run in found], unreachable=list(unreachable))
    else:
        for run in found:
            console.print(page(run), highlight=False)
            console.print()
        for name in unreachable:
            error_console.print(f"{name}: not there, or cannot be read", highlight=False, markup=False)
    if unreachable:
        raise typer.Exit(EXIT_FAILED)
