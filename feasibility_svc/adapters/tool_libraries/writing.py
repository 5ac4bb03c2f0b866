"""Tool libraries written, and read back as their readers read them: what a format holds is what comes back."""

from collections.abc import Callable, Sequence
from functools import partial

from feasibility_svc.adapters.tool_libraries.formats import format_of, read_library
from feasibility_svc.adapters.tool_libraries.freecad_writing import write_freecad_bit, write_freecad_library
from feasibility_svc.adapters.tool_libraries.fusion_writing import write_fusion_archive, write_fusion_json
from feasibility_svc.adapters.tool_libraries.table_writing import write_linuxcnc_table, write_table
from feasibility_svc.domain.catalogue.catalogue import ToolEntry
from feasibility_svc.domain.catalogue.tool_library import LibraryTool
from feasibility_svc.domain.scoring.errors import LibraryUnwritableError
from feasibility_svc.ports import LibraryFormat

_QUICKER: dict[LibraryFormat, LibraryFormat] = {
    "FUSION_ARCHIVE": "FUSION_JSON",
    "FREECAD_LIBRARY": "FREECAD_BIT",
}
"""Formats whose tools are written alike, without an archive around them."""
_NAME = "rmos"


def write_library(entries: Sequence[ToolEntry], library_format: LibraryFormat, *, factor: float | None) -> bytes:
    """A library of tools.

    Args:
        entries: The tools in their order; they are numbered from 1.
        library_format: Of which kind.
        factor: Millimetres per unit of a LinuxCNC machine; None for 1. The other formats say their unit.

    Raises:
        LibraryUnwritableError: The format holds one tool alone, or is only read.
    """
    match library_format:
        case "FUSION_ARCHIVE":
            return write_fusion_archive(entries)
        case "FUSION_JSON":
            return write_fusion_json(entries)
        case "FREECAD_LIBRARY":
            return write_freecad_library(entries, name=_NAME)
        case "FREECAD_BIT":
            if len(entries) != 1:
                raise LibraryUnwritableError(f"a .fctb holds one tool, not {len(entries)}; export a .zip of a .fctl")
            return write_freecad_bit(entries[0])
        case "LINUXCNC":
            return write_linuxcnc_table(entries, factor=factor or 1.0)
        case "CSV":
            return write_table(entries)
        case "UGS_JSON":
            raise LibraryUnwritableError("libraries of Universal G-code Sender are only read; export a CSV")


def read_back(entry: ToolEntry, library_format: LibraryFormat, *, factor: float | None) -> LibraryTool:
    """A tool as the format's reader gives it back once it was written."""
    chosen = _QUICKER.get(library_format, library_format)
    data = write_library([entry], chosen, factor=factor)
    (read,) = read_library(data, file_name="", library_format=chosen, factor=factor or 1.0)
    return read


def reads_back(
    data: bytes, *, file_name: str, library_format: LibraryFormat | None, factor: float | None
) -> Callable[[ToolEntry], LibraryTool] | None:
    """The reading back of a library's own format; None for one that is only read."""
    chosen = format_of(data, file_name=file_name, library_format=library_format)
    if chosen is None or chosen == "UGS_JSON":
        return None
    return partial(read_back, library_format=chosen, factor=factor)
