"""Consoles, and the options every command shares."""

from typing import Annotated, TypeAlias

import typer

from rmos_client import channel
from rmos_client.cli.plain_console import PlainConsole

console = PlainConsole(markup=False, emoji=False)
error_console = PlainConsole(stderr=True, markup=False, emoji=False)

FeasibilityAddress: TypeAlias = Annotated[
    str, typer.Option("--feasibility", envvar="RMOS_FEASIBILITY_ADDRESS", help="Address of the feasibility server.")
]
RunsAddress: TypeAlias = Annotated[
    str, typer.Option("--runs", envvar="RMOS_RUNS_ADDRESS", help="Address of the runs server.")
]
RequestIdOption: TypeAlias = Annotated[
    str | None, typer.Option("--request-id", help="Correlation id of the call; minted when absent.")
]
FEASIBILITY, RUNS = channel.FEASIBILITY, channel.RUNS
EXIT_FAILED = 1
EXIT_NOT_FEASIBLE = 3
EXIT_NOT_VERIFIED = 4
