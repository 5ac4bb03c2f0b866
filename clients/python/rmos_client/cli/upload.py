"""rmosctl upload: attach a file to a run."""

from pathlib import Path
from typing import Annotated

import typer

from rmos_client.cli.answers import print_json
from rmos_client.cli.calling import JsonOption
from rmos_client.cli.console import RUNS, RequestIdOption, RunsAddress, console
from rmos_client.cli.program import program_lines
from rmos_client.cli.progress import transfer
from rmos_client.jobs import guess_mime
from rmos_client.rmos import Rmos
from rmos_client.transfers import Upload


def upload(
    run_id: Annotated[str, typer.Argument(help="Run to attach to.")],
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="File to upload.")],
    kind: Annotated[str, typer.Option(help="What it is: gcode, toolpaths, geometry, preview …")],
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
    request_id: RequestIdOption = None,
) -> None:
    """Upload a file and name it in a run; a program is audited at once. A broken upload goes on where it stopped."""
    with Rmos(runs=runs) as client, transfer(f"upload {file.name}", file.stat().st_size) as progress:
        attachment = client.upload(
            Upload(file, kind, guess_mime(file)), run_id=run_id, request_id=request_id, progress=progress
        )
        lines = list(program_lines(client.get_run(run_id))) if attachment.is_program else []
    if as_json:
        print_json(attachment)
        return
    console.print(f"{attachment.sha256}  {attachment.filename}  {attachment.size_bytes} bytes", highlight=False)
    for line in lines:
        console.print(line, highlight=False, markup=False, soft_wrap=True)
