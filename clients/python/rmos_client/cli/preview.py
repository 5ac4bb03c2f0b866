"""rmosctl preview: the rosette of a run, or its programs, as a picture."""

from pathlib import Path
from typing import Annotated, Any

import typer

from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.runs.v1.runs_service_pb2_grpc import RunsServiceStub
from rmos_client.cli.answers import print_json
from rmos_client.cli.calling import JsonOption, ask, connected, resource_name
from rmos_client.cli.console import RUNS, RunsAddress, console
from rmos_client.cli.views import View, ViewOption
from rmos_client.rmos import Rmos

_DRAWING_S = 60.0
_MIMES = {".svg": "image/svg+xml", ".png": "image/png"}


def preview(
    run_id: Annotated[str, typer.Argument(help="The run.")],
    output: Annotated[Path, typer.Argument(help="File to write; .svg or .png says which.")],
    size: Annotated[int, typer.Option(min=64, max=2048, help="Width and height. [px]")] = 600,
    program: Annotated[str, typer.Option(help="Draw programs instead: `all`, or the digest of one.")] = "",
    side: Annotated[bool, typer.Option("--side", help="Draw programs as seen from the front.")] = False,
    view: ViewOption = View.whole,
    attach: Annotated[bool, typer.Option("--attach", help="Attach the picture to the run, too.")] = False,
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """Draw the rosette of a run, or its programs; the same run gives the same bytes."""
    if output.suffix not in _MIMES:
        raise typer.BadParameter(f"{output.name} ends neither in .svg nor in .png")
    if program:
        _draw_program(run_id, output, (program, size, side), as_json=as_json, runs=runs)
        return
    with Rmos(runs=runs) as client:
        drawn = client.render_preview(run_id, mime=_MIMES[output.suffix], size_px=size, attach=attach, view=view.wire)
    _keep(output, drawn, as_json=as_json)


def _draw_program(run_id: str, output: Path, look: tuple[str, int, bool], *, as_json: bool, runs: str) -> None:
    program, width, side = look
    request = pb.RenderRunProgramRequest(
        name=resource_name("runs", run_id),
        sha256="" if program == "all" else program,
        view=pb.PROGRAM_VIEW_SIDE if side else pb.PROGRAM_VIEW_TOP,
        mime=_MIMES[output.suffix],
        size_px=width,
    )
    with connected(RunsServiceStub, runs) as stub:
        _keep(output, ask(stub.RenderRunProgram, request, timeout_s=_DRAWING_S), as_json=as_json)


def _keep(output: Path, drawn: Any, *, as_json: bool) -> None:
    output.write_bytes(drawn.content)
    if as_json:
        drawn.ClearField("content")  # it stands in the file
        print_json(drawn)
        return
    console.print(f"{output}  sha256 {drawn.sha256}", highlight=False, soft_wrap=True)
