"""Tool libraries on the wire: what comes in, and what goes out."""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass

from feasibility_svc.domain.catalogue.import_log import ImportEvent
from feasibility_svc.domain.catalogue.tool_export import Omission
from feasibility_svc.domain.catalogue.tool_import import ImportedTool
from feasibility_svc.ports import LibraryFormat
from feasibility_svc.service import catalog_messages, messages
from feasibility_svc.usecases.export_tools import ExportedLibrary
from foundation.errors import InvalidFieldsError
from foundation.identity import RecordedIdentity
from foundation.visible_text import visible_length
from rmos.feasibility.v1 import catalog_service_pb2 as pb
from rpckit import proto_json
from rpckit.authentication.identity_messages import identity_member
from rpckit.page_tokens import fitting

_FORMATS = {
    number: name.removeprefix("TOOL_LIBRARY_FORMAT_") for name, number in pb.ToolLibraryFormat.items() if number
}
_STATUSES = {name.removeprefix("IMPORT_STATUS_"): number for name, number in pb.ImportStatus.items()}
MM_PER_INCH = 25.4
MOST_LIBRARY_BYTES = 16 * 2**20
_LONGEST_NAME = 200
_CHUNK_BYTES = 256 * 1024
_SUFFIXES: dict[LibraryFormat, str] = {
    "FUSION_ARCHIVE": ".tools",
    "FUSION_JSON": ".json",
    "FREECAD_BIT": ".fctb",
    "FREECAD_LIBRARY": ".zip",
    "LINUXCNC": ".tbl",
    "CSV": ".csv",
    "UGS_JSON": ".json",
}


def read_library_format(header: pb.ImportHeader) -> LibraryFormat | None:
    if not visible_length(header.file_name) or len(header.file_name) > _LONGEST_NAME:
        raise InvalidFieldsError.one("header.file_name", f"1 to {_LONGEST_NAME} characters are required")
    if header.format and header.format not in _FORMATS:
        raise InvalidFieldsError.one("header.format", f"{header.format} is not a format")
    return _FORMATS.get(header.format)  # type: ignore[return-value]  # the port's words are the enum's


def read_factor(header: pb.ImportHeader) -> float | None:
    """Millimetres per unit of a library that does not say; None where the header does not either."""
    return _factor(header.units, "header.units")


def _factor(units: int, field: str) -> float | None:
    if units not in pb.ToolLibraryUnits.values():
        raise InvalidFieldsError.one(field, f"{units} is not a unit")
    factors: dict[int, float] = {pb.TOOL_LIBRARY_UNITS_INCH: MM_PER_INCH, pb.TOOL_LIBRARY_UNITS_MM: 1.0}
    return factors.get(units)


def write_imported(item: ImportedTool) -> pb.ImportedTool:
    return pb.ImportedTool(
        source_id=item.entry.source_id,
        tool_number=item.entry.number,
        status=_STATUSES[item.status],
        tool=None if item.tool is None else catalog_messages.write_tool(item.tool),
        presets=[catalog_messages.write_preset(preset) for preset in item.entry.presets],
        conflicts=item.conflicts,
        remarks=item.remarks,
        display_name=item.entry.display_name,
    )


async def receive(requests: AsyncIterator[pb.ImportToolsRequest]) -> tuple[pb.ImportHeader, bytes]:
    """Header and bytes of a library.

    Raises:
        InvalidFieldsError: The header is missing or comes twice, or there are too many bytes.
    """
    header: pb.ImportHeader | None = None
    data = bytearray()
    async for request in requests:
        if request.WhichOneof("part") == "header":
            if header is not None:
                raise InvalidFieldsError.one("header", "may come once")
            header = request.header
            continue
        data += request.chunk
        if len(data) > MOST_LIBRARY_BYTES:
            raise InvalidFieldsError.one("chunk", f"more than {MOST_LIBRARY_BYTES} bytes")
    if header is None:
        raise InvalidFieldsError.one("header", "is required")
    return header, bytes(data)


def write_import(imported: Sequence[ImportedTool], digest: str, *, preview: bool) -> pb.ImportToolsResponse:
    """The answer about an import: as many of its entries as fit, and how many there are of each kind."""
    statuses = [item.status for item in imported]
    tools = fitting(imported, write_imported)
    return pb.ImportToolsResponse(
        tools=tools,
        omitted_count=len(imported) - len(tools),
        new_count=statuses.count("NEW"),
        changed_count=statuses.count("CHANGED"),
        unchanged_count=statuses.count("UNCHANGED"),
        skipped_count=statuses.count("SKIPPED"),
        file_sha256=digest,
        preview=preview,
    )


def write_tool_import(event: ImportEvent) -> pb.ToolImport:
    value = event.model_dump(exclude={"created_at_utc", "identity"}) | {"create_time": event.created_at_utc}
    return proto_json.write(pb.ToolImport, value | identity_member(RecordedIdentity.read(event.identity)))


@dataclass(frozen=True, slots=True)
class AskedExport:
    """What is to be exported."""

    tool_ids: Sequence[str]
    format: LibraryFormat
    factor: float | None
    file_name: str


def read_export(request: pb.ExportToolsRequest) -> AskedExport:
    """What a request wants exported.

    Raises:
        InvalidFieldsError: The format or the unit is none, or a name is not that of a tool.
    """
    chosen = _FORMATS.get(request.format)
    if chosen is None:
        known = ", ".join(_FORMATS.values())
        raise InvalidFieldsError.one("format", f"{request.format} is not a format; there are {known}")
    names = [messages.read_name(name, "tools", field=f"names[{place}]") for place, name in enumerate(request.names)]
    name = f"rmos-tools{_SUFFIXES[chosen]}"  # type: ignore[index]  # the port's words are the enum's
    return AskedExport(names, chosen, _factor(request.units, "units"), name)  # type: ignore[arg-type]


def write_library(library: ExportedLibrary, file_name: str) -> Iterator[pb.ExportToolsResponse]:
    """What is in a library and what is not, then its bytes."""
    told = fitting(library.omissions, _write_omission)
    yield pb.ExportToolsResponse(
        library=pb.ExportedLibrary(
            file_name=file_name,
            file_sha256=library.sha256,
            size_bytes=len(library.data),
            tool_count=library.tool_count,
            omissions=told,
            untold_count=len(library.omissions) - len(told),
        )
    )
    for start in range(0, len(library.data), _CHUNK_BYTES):
        yield pb.ExportToolsResponse(chunk=library.data[start : start + _CHUNK_BYTES])


def _write_omission(omission: Omission) -> pb.LibraryOmission:
    entry = omission.entry
    return pb.LibraryOmission(
        name=f"tools/{entry.entry_id}",
        display_name=entry.display_name,
        not_held=omission.not_held,
        left_out=omission.left_out,
    )
