"""rmosctl import-tools: a tool library into the workshop's catalogue."""

from pathlib import Path
from typing import Annotated

import typer

from rmos.feasibility.v1 import catalog_service_pb2 as pb
from rmos_client.cli.answers import print_json
from rmos_client.cli.calling import JsonOption
from rmos_client.cli.console import FEASIBILITY, FeasibilityAddress, RequestIdOption, console
from rmos_client.cli.tables import Rows
from rmos_client.jobs import JobFileError
from rmos_client.rmos import Rmos
from rmos_client.units import length, said, unit


def import_tools(
    library: Annotated[Path, typer.Argument(help="Fusion .tools/.json, FreeCAD .fctb/.zip, LinuxCNC .tbl, CSV.")],
    preview: Annotated[bool, typer.Option("--preview", help="Show what would happen and keep nothing.")] = False,
    inch: Annotated[bool, typer.Option("--inch", help="Units of a table that does not say are inches.")] = False,
    mm: Annotated[bool, typer.Option("--mm", help="Units of a table that does not say are millimetres.")] = False,
    as_json: JsonOption = False,
    feasibility: FeasibilityAddress = FEASIBILITY,
    request_id: RequestIdOption = None,
) -> None:
    """Read a tool library. Tools are known by the library's own identifier, or by name or content."""
    try:
        data = library.read_bytes()
    except OSError as error:
        raise JobFileError(f"{library}: {error.strerror}") from error
    if inch and mm:
        raise JobFileError("a table is in --mm or in --inch, not in both")
    units = pb.TOOL_LIBRARY_UNITS_INCH if inch else pb.TOOL_LIBRARY_UNITS_UNSPECIFIED
    units = pb.TOOL_LIBRARY_UNITS_MM if mm else units
    header = pb.ImportHeader(file_name=library.name, preview=preview, units=units)
    with Rmos(feasibility=feasibility) as client:
        answer = client.import_tools(data, header, request_id=request_id)
    if as_json:
        print_json(answer)
        return
    rows = []
    for item in answer.tools:
        status = pb.ImportStatus.Name(item.status).removeprefix("IMPORT_STATUS_")
        diameter = length(item.tool.tool.diameter_mm) if item.tool.tool.HasField("diameter_mm") else ""
        presets = ", ".join(preset.name for preset in item.tool.presets)
        notes = said("; ".join([*item.conflicts, *item.remarks]))
        rows.append((status, item.tool.tool.tool_id, item.source_id, item.display_name, diameter, presets, notes))
    console.print(Rows(("status", "tool", "id there", "name", unit("mm"), "presets", "remarks"), rows), highlight=False)
    counts = f"{answer.new_count} new, {answer.changed_count} changed, {answer.unchanged_count} unchanged"
    console.print(f"{counts}, {answer.skipped_count} skipped{' (preview)' if answer.preview else ''}", highlight=False)
