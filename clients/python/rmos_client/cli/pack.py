"""rmosctl pack: what the person at the machine needs, as one zip."""

from pathlib import Path
from typing import Annotated

import typer

from rmos_client.cli.answers import print_json
from rmos_client.cli.calling import JsonOption
from rmos_client.cli.console import RUNS, RunsAddress, console
from rmos_client.cli.progress import transfer
from rmos_client.rmos import Rmos


def pack(
    run_id: Annotated[str, typer.Argument(help="Run to pack.")],
    target: Annotated[Path, typer.Argument(help="Zip to write.")],
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """Write setup sheet, program, plan, record and override of a run into one zip; its gate must be open."""
    with Rmos(runs=runs) as client, transfer(f"pack {target.name}") as progress:
        header = client.operator_pack(run_id, target, progress=progress)
    if as_json:
        print_json(header)
        return
    console.print(f"{target}  {header.sha256}", highlight=False)
    for entry in header.entries:
        console.print(f"  {entry}", highlight=False)
