"""Which reader reads which file."""

from pathlib import PurePosixPath

from feasibility_svc.adapters.tool_libraries.archive import is_archive
from feasibility_svc.adapters.tool_libraries.freecad import read_freecad_bit
from feasibility_svc.adapters.tool_libraries.freecad_library import read_freecad_library
from feasibility_svc.adapters.tool_libraries.fusion import read_fusion_archive, read_fusion_json
from feasibility_svc.adapters.tool_libraries.linuxcnc import read_linuxcnc_table
from feasibility_svc.adapters.tool_libraries.table import read_table
from feasibility_svc.adapters.tool_libraries.ugs import is_ugs_json, read_ugs_json
from feasibility_svc.domain.catalogue.tool_library import LibraryTool
from feasibility_svc.domain.scoring.errors import LibraryUnreadableError
from feasibility_svc.ports import LibraryFormat

_BY_SUFFIX: dict[str, LibraryFormat] = {
    ".tools": "FUSION_ARCHIVE",
    ".json": "FUSION_JSON",
    ".fctb": "FREECAD_BIT",
    ".fctl": "FREECAD_LIBRARY",
    ".zip": "FREECAD_LIBRARY",
    ".tbl": "LINUXCNC",
    ".csv": "CSV",
}


def format_of(data: bytes, *, file_name: str, library_format: LibraryFormat | None) -> LibraryFormat | None:
    """The format of a library: the one that is stated, or else by its name and content; None for none."""
    chosen = library_format or _BY_SUFFIX.get(PurePosixPath(file_name).suffix.lower())
    if library_format is None and chosen == "FUSION_JSON" and is_ugs_json(data):
        return "UGS_JSON"
    return chosen


def read_library(
    data: bytes, *, file_name: str, library_format: LibraryFormat | None, factor: float | None
) -> list[LibraryTool]:
    """The entries of a tool library, in its order.

    Raises:
        LibraryUnreadableError: The format is not known, or the file is not of it.
    """
    match format_of(data, file_name=file_name, library_format=library_format):
        case "FUSION_ARCHIVE":
            return read_fusion_archive(data)
        case "FUSION_JSON":
            return read_fusion_archive(data) if is_archive(data) else read_fusion_json(data)
        case "UGS_JSON":
            return read_ugs_json(data)
        case "FREECAD_BIT":
            return [read_freecad_bit(data, file_name=file_name)]
        case "FREECAD_LIBRARY":
            return read_freecad_library(data)
        case "LINUXCNC":
            return read_linuxcnc_table(data, factor=factor)
        case "CSV":
            return read_table(data, factor=factor)
        case None:
            known = ", ".join(_BY_SUFFIX)
            raise LibraryUnreadableError(f"the name {file_name!r} tells no format: {known}, or name one")
