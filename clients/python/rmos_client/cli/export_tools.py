"""rmosctl export-tools: tools of the catalogue as a library of another program."""

import os
from pathlib import Path
from typing import Annotated

import typer

from rmos.feasibility.v1 import catalog_service_pb2 as pb
from rmos_client.cli.answers import print_json
from rmos_client.cli.calling import JsonOption, enum_value, resource_name
from rmos_client.cli.console import FEASIBILITY, FeasibilityAddress, RequestIdOption, console
from rmos_client.jobs import JobFileError
from rmos_client.rmos import Rmos

_BY_SUFFIX = {
    ".tools": pb.TOOL_LIBRARY_FORMAT_FUSION_ARCHIVE,
    ".json": pb.TOOL_LIBRARY_FORMAT_FUSION_JSON,
    ".fctb": pb.TOOL_LIBRARY_FORMAT_FREECAD_BIT,
    ".zip": pb.TOOL_LIBRARY_FORMAT_FREECAD_LIBRARY,
    ".tbl": pb.TOOL_LIBRARY_FORMAT_LINUXCNC,
    ".csv": pb.TOOL_LIBRARY_FORMAT_CSV,
}


def export_tools(
    library: Annotated[Path, typer.Argument(help=f"File to write: {', '.join(_BY_SUFFIX)} (.zip: a FreeCAD library).")],
    tools: Annotated[list[str] | None, typer.Argument(help="Ids of tools; absent: all of the workshop's own.")] = None,
    *,
    library_format: Annotated[str, typer.Option("--format", help="Format; absent: by the file's name.")] = "",
    inch: Annotated[bool, typer.Option("--inch", help="A LinuxCNC machine in inches.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    as_json: JsonOption = False,
    feasibility: FeasibilityAddress = FEASIBILITY,
    request_id: RequestIdOption = None,
) -> None:
    """Write tools for another program, and name what its format cannot hold. import-tools reads them again."""
    chosen = _format(library, library_format)
    if library.exists() and not force:
        raise JobFileError(f"{library} exists; --force replaces it")
    request = pb.ExportToolsRequest(
        format=chosen,
        names=[resource_name("tools", tool) for tool in tools or ()],
        units=pb.TOOL_LIBRARY_UNITS_INCH if inch else pb.TOOL_LIBRARY_UNITS_UNSPECIFIED,
    )
    with Rmos(feasibility=feasibility) as client:
        exported, data = client.export_tools(request, request_id=request_id)
    _write(library, data)
    if as_json:
        print_json(exported)
        return
    for omission in exported.omissions:
        said = f"left out: {omission.left_out}" if omission.left_out else "; ".join(omission.not_held)
        console.print(f"  ! {omission.name.removeprefix('tools/')}: {said}", highlight=False, markup=False)
    if exported.untold_count:
        console.print(f"  ! and {exported.untold_count} more", highlight=False, markup=False)
    tools_said = "1 tool" if exported.tool_count == 1 else f"{exported.tool_count} tools"
    console.print(f"{library}: {tools_said}", highlight=False, markup=False)


def _format(library: Path, given: str) -> "pb.ToolLibraryFormat.ValueType":
    if given:
        number: pb.ToolLibraryFormat.ValueType = enum_value(pb.ToolLibraryFormat, given, option="--format")
        return number
    chosen = _BY_SUFFIX.get(library.suffix.lower())
    if chosen is None:
        known = ", ".join(_BY_SUFFIX)
        raise typer.BadParameter(f"{library.name!r} tells no format: {known}, or give --format", param_hint="LIBRARY")
    return chosen


def _write(library: Path, data: bytes) -> None:
    """Write a file whole or not at all.

    Raises:
        JobFileError: It cannot be written.
    """
    staged = library.with_name(f".{library.name}.part")
    try:
        staged.write_bytes(data)
        os.replace(staged, library)  # noqa: PTH105  one step
    except OSError as error:
        staged.unlink(missing_ok=True)
        raise JobFileError(f"{library}: {error.strerror}") from error
