"""Consoles, and the options every command shares."""

from typing import Annotated, TypeAlias

import typer
from rich.console import Console

console = Console()
error_console = Console(stderr=True)

FeasibilityAddress: TypeAlias = Annotated[
    str, typer.Option("--feasibility", envvar="RMOS_FEASIBILITY_ADDRESS", help="Address of the feasibility server.")
]
RunsAddress: TypeAlias = Annotated[
    str, typer.Option("--runs", envvar="RMOS_RUNS_ADDRESS", help="Address of the runs server.")
]
RequestIdOption: TypeAlias = Annotated[
    str | None, typer.Option("--request-id", help="Correlation id of the call; minted when absent.")
]
FEASIBILITY = "127.0.0.1:50061"
RUNS = "127.0.0.1:50062"
EXIT_FAILED = 1
EXIT_NOT_FEASIBLE = 3
EXIT_NOT_VERIFIED = 4
