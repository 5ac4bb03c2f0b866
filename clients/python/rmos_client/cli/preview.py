"""rmosctl preview: the rosette of a run as a picture."""

from pathlib import Path
from typing import Annotated

import typer

from rmos_client.cli.answers import print_json
from rmos_client.cli.calling import JsonOption
from rmos_client.cli.console import RUNS, RunsAddress, console
from rmos_client.runs import RunsClient

_MIMES = {".svg": "image/svg+xml", ".png": "image/png"}


def preview(
    run_id: Annotated[str, typer.Argument(help="The run.")],
    output: Annotated[Path, typer.Argument(help="File to write; .svg or .png says which.")],
    size: Annotated[int, typer.Option(min=64, max=2048, help="Width and height. [px]")] = 600,
    attach: Annotated[bool, typer.Option("--attach", help="Attach the picture to the run, too.")] = False,
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """Draw the rosette of a run; the same run gives the same bytes."""
    if output.suffix not in _MIMES:
        raise typer.BadParameter(f"{output.name} ends neither in .svg nor in .png")
    with RunsClient(runs) as client:
        drawn = client.render_preview(run_id, mime=_MIMES[output.suffix], size_px=size, attach=attach)
    output.write_bytes(drawn.content)
    if as_json:
        drawn.ClearField("content")  # it stands in the file
        print_json(drawn)
        return
    console.print(f"{output}  sha256 {drawn.sha256}", highlight=False, soft_wrap=True)
