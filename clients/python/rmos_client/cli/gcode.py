"""rmosctl gcode: what programs do, before a machine does it.

Exit codes: 0 inside · 1 the call failed · 2 wrong usage · 3 deviates · 4 not verifiable.
"""

import hashlib
from pathlib import Path
from typing import Annotated, TypeAlias

import typer
from google.protobuf.message import Message

from rmos.feasibility.v1 import gcode_service_pb2 as pb
from rmos.type.v1 import program_audit_pb2 as audit_pb
from rmos_client.cli.answers import print_json, print_object
from rmos_client.cli.calling import JsonOption
from rmos_client.cli.console import (
    EXIT_NOT_FEASIBLE,
    EXIT_NOT_VERIFIED,
    FEASIBILITY,
    FeasibilityAddress,
    RequestIdOption,
    console,
)
from rmos_client.cli.gcode_view import difference_lines, finding_lines, report_lines, time_line
from rmos_client.envelopes import envelope_of
from rmos_client.gcode import ProgramFile
from rmos_client.jobs import STANDARD_INPUT, JobFileError, read_bytes, read_job
from rmos_client.rmos import Rmos

app = typer.Typer(help="Read programs: audit, time, draw, compare.", no_args_is_help=True)

Programs: TypeAlias = Annotated[list[Path], typer.Argument(help="Programs of one setup, in the order they run.")]
JobOption: TypeAlias = Annotated[Path | None, typer.Option("--job", help="Job file that says what was approved.")]
ControllerOption: TypeAlias = Annotated[
    str, typer.Option("--controller", help="grbl, linuxcnc, mach3, mach4, fanuc or unknown; goes before the job's.")
]
_EXITS = {audit_pb.AUDIT_OUTCOME_INSIDE: 0, audit_pb.AUDIT_OUTCOME_DEVIATES: EXIT_NOT_FEASIBLE}
_VIEWS = {"top": pb.TOOLPATH_VIEW_TOP, "side": pb.TOOLPATH_VIEW_SIDE}
_FORMATS = {".svg": pb.TOOLPATH_IMAGE_FORMAT_SVG, ".png": pb.TOOLPATH_IMAGE_FORMAT_PNG}


@app.command()
def audit(
    files: Programs,
    *,
    job: JobOption = None,
    controller: ControllerOption = "",
    before: Annotated[int, typer.Option("--before", help="Programs of the setup that ran before, not given.")] = 0,
    as_json: JsonOption = False,
    feasibility: FeasibilityAddress = FEASIBILITY,
    request_id: RequestIdOption = None,
) -> None:
    """Compare programs with what a job approved; the worst comes first, what is in order is not mentioned."""
    programs = _read(files)
    envelope = _envelope(job, controller, feasibility)
    with Rmos(feasibility=feasibility) as client:
        report = client.audit_programs(programs, envelope, programs_before=before, request_id=request_id)
    _print(report, report_lines(report, [program.name for program in programs]), as_json=as_json)
    raise typer.Exit(_EXITS.get(report.outcome, EXIT_NOT_VERIFIED))


@app.command()
def time(
    files: Programs,
    *,
    job: JobOption = None,
    controller: ControllerOption = "",
    as_json: JsonOption = False,
    feasibility: FeasibilityAddress = FEASIBILITY,
    request_id: RequestIdOption = None,
) -> None:
    """Say how long programs take on a job's machine: a range where its acceleration is not known."""
    programs = _read(files)
    envelope = _envelope(job, controller, feasibility)
    header = pb.EstimateHeader(controller=envelope.controller, machine=envelope.machine)
    with Rmos(feasibility=feasibility) as client:
        answer = client.estimate_time(programs, header, request_id=request_id)
    lines = [time_line(program.name, item) for program, item in zip(programs, answer.times, strict=False)]
    _print(answer, [*lines, *finding_lines(answer.findings, [program.name for program in programs])], as_json=as_json)
    if answer.findings:
        raise typer.Exit(EXIT_NOT_VERIFIED)


@app.command()
def compare(
    before: Annotated[Path, typer.Argument(help="The program as it was.")],
    after: Annotated[Path, typer.Argument(help="The program as it is.")],
    *,
    job: JobOption = None,
    controller: ControllerOption = "",
    as_json: JsonOption = False,
    feasibility: FeasibilityAddress = FEASIBILITY,
    request_id: RequestIdOption = None,
) -> None:
    """Say what changed from one program to another: feeds, depths, tools, time, reach."""
    one, two = _read([before, after])
    envelope = _envelope(job, controller, feasibility)
    with Rmos(feasibility=feasibility) as client:
        answer = client.compare_programs(one, two, envelope, request_id=request_id)
    lines = [*difference_lines(answer), *finding_lines(answer.findings, [one.name, two.name])]
    _print(answer, lines, as_json=as_json)
    if answer.findings:
        raise typer.Exit(EXIT_NOT_VERIFIED)


@app.command()
def draw(
    files: Programs,
    *,
    output: Annotated[Path, typer.Option("--output", "-o", help="Picture to write, .svg or .png.")],
    job: JobOption = None,
    controller: ControllerOption = "",
    view: Annotated[str, typer.Option(help="top or side.")] = "top",
    width: Annotated[int, typer.Option(help="Width in pixels.")] = 1000,
    as_json: JsonOption = False,
    feasibility: FeasibilityAddress = FEASIBILITY,
    request_id: RequestIdOption = None,
) -> None:
    """Draw programs, darker where they cut deeper; with a job, findings are marked."""
    if view not in _VIEWS or output.suffix.lower() not in _FORMATS:
        raise JobFileError("--view is top or side, and the picture ends in .svg or .png")
    programs = _read(files)
    header = pb.RenderHeader(view=_VIEWS[view], format=_FORMATS[output.suffix.lower()], width_px=width)
    if job is not None:
        header.envelope.CopyFrom(_envelope(job, controller, feasibility))
    with Rmos(feasibility=feasibility) as client:
        drawn = client.render_toolpath(programs, header, request_id=request_id)
    output.write_bytes(drawn)
    if as_json:
        print_object(file=str(output), sha256=hashlib.sha256(drawn).hexdigest(), size_bytes=len(drawn))
    else:
        console.print(f"{output} written", highlight=False)


def _read(files: list[Path]) -> list[ProgramFile]:
    return [ProgramFile("program.nc" if path == STANDARD_INPUT else path.name, read_bytes(path)) for path in files]


def _envelope(job: Path | None, controller: str, feasibility: str) -> audit_pb.ProgramEnvelope:
    envelope = audit_pb.ProgramEnvelope()
    if job is not None:
        with Rmos(feasibility=feasibility) as client:
            envelope = envelope_of(read_job(job), client)
    if controller:
        name = f"GCODE_CONTROLLER_{'UNSPECIFIED' if controller == 'unknown' else controller.upper()}"
        if name not in audit_pb.GcodeController.keys():  # noqa: SIM118 - an enum wrapper, not a mapping
            raise JobFileError(f"--controller {controller}: allowed are grbl, linuxcnc, mach3, mach4, fanuc, unknown")
        envelope.controller = audit_pb.GcodeController.Value(name)
    return envelope


def _print(answer: Message, lines: list[str], *, as_json: bool) -> None:
    if as_json:
        print_json(answer)
        return
    for line in lines:
        console.print(line, highlight=False, markup=False, soft_wrap=True)
