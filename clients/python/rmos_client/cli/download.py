"""rmosctl download: get a file back."""

from pathlib import Path
from typing import Annotated

import typer

from rmos_client.cli.answers import print_json
from rmos_client.cli.calling import JsonOption
from rmos_client.cli.console import RUNS, RunsAddress, console
from rmos_client.cli.progress import transfer
from rmos_client.rmos import Rmos


def download(
    run_id: Annotated[str, typer.Argument(help="Run that names the attachment.")],
    sha256: Annotated[str, typer.Argument(help="Digest of the attachment, or the name it had in v1.")],
    target: Annotated[Path, typer.Argument(help="File to write.")],
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """Download an attachment; the file appears only when every byte is there and right."""
    with Rmos(runs=runs) as client:
        sizes = {item.sha256: item.size_bytes for item in client.list_attachments(run_id)}
        with transfer(f"download {target.name}", sizes.get(sha256, 0)) as progress:
            header = client.download(run_id, sha256, target, progress=progress)
    if as_json:
        print_json(header)
        return
    console.print(f"{target}  {header.sha256}", highlight=False)
