"""rmosctl sheet: the setup sheet of a run, its ticks and its signature."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.runs.v1 import setup_sheet_pb2 as sheet_pb
from rmos.runs.v1.runs_service_pb2_grpc import RunsServiceStub
from rmos_client.cli.answers import print_json
from rmos_client.cli.calling import (
    JsonOption,
    PersonOption,
    RunId,
    ask,
    connected,
    enum_value,
    length_option,
    resource_name,
)
from rmos_client.cli.console import EXIT_NOT_FEASIBLE, RUNS, RunsAddress, console
from rmos_client.cli.sheet_view import sheet_lines
from rmos_client.units import Units, shop_units

app = typer.Typer(help="The setup sheet of a run: show, print, tick, sign.", no_args_is_help=True)
Language: TypeAlias = Annotated[str, typer.Option("--language", help="Words in en or de.")]
Item: TypeAlias = Annotated[str, typer.Argument(help="Item of the sheet, as `rmosctl sheet show` names it.")]
_FORMATS: Mapping[str, sheet_pb.SheetFormat.ValueType] = {
    ".html": sheet_pb.SHEET_FORMAT_HTML,
    ".pdf": sheet_pb.SHEET_FORMAT_PDF,
}
_PRINTING_S = 60.0


def _units() -> sheet_pb.SheetUnits.ValueType:
    return sheet_pb.SHEET_UNITS_IN if shop_units.get() is Units.IN else sheet_pb.SHEET_UNITS_MM


def _read(stub: RunsServiceStub, run_id: str, language: str) -> sheet_pb.SetupSheet:
    request = pb.GetSetupSheetRequest(
        name=resource_name("runs", run_id),
        language=enum_value(sheet_pb.SheetLanguage, language, option="--language"),
        units=_units(),
    )
    return ask(stub.GetSetupSheet, request).sheet


@app.command()
def show(run_id: RunId, language: Language = "en", as_json: JsonOption = False, runs: RunsAddress = RUNS) -> None:
    """Show the setup sheet of a run with what is ticked. Exits with 3 while the run may not be started."""
    with connected(RunsServiceStub, runs) as stub:
        sheet = _read(stub, run_id, language)
    if as_json:
        print_json(sheet)
    else:
        for line in sheet_lines(sheet):
            console.print(line, highlight=False, soft_wrap=True)
    if not sheet.released:
        raise typer.Exit(EXIT_NOT_FEASIBLE)


@app.command("print")
def print_sheet(
    run_id: RunId,
    output: Annotated[Path, typer.Argument(help="File to write; .pdf or .html says which. - writes HTML to stdout.")],
    language: Language = "en",
    paper: Annotated[str, typer.Option(help="a4 or letter.")] = "a4",
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """Write the setup sheet as a page to print."""
    suffix = ".html" if str(output) == "-" else output.suffix
    if suffix not in _FORMATS:
        raise typer.BadParameter(f"{output.name} ends neither in .pdf nor in .html")
    request = pb.RenderSetupSheetRequest(
        name=resource_name("runs", run_id),
        language=enum_value(sheet_pb.SheetLanguage, language, option="--language"),
        units=_units(),
        format=_FORMATS[suffix],
        paper=enum_value(sheet_pb.SheetPaper, paper, option="--paper"),
    )
    with connected(RunsServiceStub, runs) as stub:
        printed = ask(stub.RenderSetupSheet, request, timeout_s=_PRINTING_S)
    if str(output) == "-":
        sys.stdout.buffer.write(printed.content)
        return
    output.write_bytes(printed.content)
    if as_json:
        printed.ClearField("content")  # it stands in the file
        print_json(printed)
        return
    console.print(f"{output}  sheet {printed.sheet_sha256}", highlight=False, markup=False, soft_wrap=True)


@app.command()
def tick(
    run_id: RunId,
    item: Item,
    measured_mm: Annotated[float | None, length_option("What was measured")] = None,
    note: Annotated[str, typer.Option(help="Note, at most 500 characters.")] = "",
    person: PersonOption = "",
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """Tick an item of the setup sheet; the tick becomes a record with your name and the time."""
    request = pb.RecordCheckRequest(item_id=item, done=True, measured_mm=measured_mm, note=note, person=person)
    _mark(run_id, request, as_json=as_json, runs=runs)


@app.command()
def untick(
    run_id: RunId,
    item: Item,
    note: Annotated[str, typer.Option(help="Why, at most 500 characters.")] = "",
    person: PersonOption = "",
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """Take a tick back; both stay in the record."""
    request = pb.RecordCheckRequest(item_id=item, done=False, note=note, person=person)
    _mark(run_id, request, as_json=as_json, runs=runs)


def _mark(run_id: str, request: pb.RecordCheckRequest, *, as_json: bool, runs: str) -> None:
    with connected(RunsServiceStub, runs) as stub:
        request.name, request.sheet_sha256 = resource_name("runs", run_id), _read(stub, run_id, "en").sha256
        answer = ask(stub.RecordCheck, request)
        sheet = _read(stub, run_id, "en")
    if as_json:
        answer.ClearField("run")
        print_json(answer)
        return
    done = sum(entry.done for entry in sheet.items)
    did = "ticked" if answer.check.done else "taken back"
    said = f"{answer.check.item_id} {did} by {answer.check.person}, {done} of {len(sheet.items)}"
    console.print(said, highlight=False, markup=False)


@app.command()
def sign(run_id: RunId, person: PersonOption = "", as_json: JsonOption = False, runs: RunsAddress = RUNS) -> None:
    """Sign the setup sheet: everything required was checked. `rmosctl start` records the start."""
    with connected(RunsServiceStub, runs) as stub:
        request = pb.SignSheetRequest(name=resource_name("runs", run_id), person=person)
        request.sheet_sha256 = _read(stub, run_id, "en").sha256
        answer = ask(stub.SignSheet, request)
    if as_json:
        answer.ClearField("run")
        print_json(answer)
        return
    console.print(f"{run_id} signed by {answer.signature.person}", highlight=False, markup=False)
