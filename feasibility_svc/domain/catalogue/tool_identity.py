"""By what a tool of a library is known from one import to the next."""

from collections.abc import Mapping, Sequence
from functools import cached_property

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.catalogue.tool_library import LibraryTool
from feasibility_svc.domain.inputs.context import Tool
from foundation import canonical_json

_ID_LENGTH = 12


def exported_id(tool_id: str) -> str:
    """The identifier of a tool in libraries that are exported: by it an import knows the tool again.

    >>> exported_id("end_mill_3175") == exported_id("end_mill_3175") != exported_id("end_mill_6350")
    True
    """
    digest = canonical_json.sha256_hex(f"rmos tools/{tool_id}".encode())
    return f"{digest[:8]}-{digest[8:12]}-8{digest[13:16]}-8{digest[17:20]}-{digest[20:32]}"  # a UUID of version 8


class Identities:
    """The ids of the tools of one library.

    1. the library's own identifier, where it has one; that of an export means the tool that was exported
    2. the id by content, where a tool is known under it
    3. the id of a known tool that is the same to the last number, whichever file it came from
    4. file, number and name, where they mean one tool of the library: an entry that is corrected stays itself
    5. the id by content
    """

    def __init__(self, catalogue: Catalogue, entries: Sequence[LibraryTool], file_name: str) -> None:
        self._catalogue = catalogue
        self._file_name = file_name
        self._contents: dict[tuple[int | None, str], set[str]] = {}
        for entry in entries:
            if not entry.source_id and not entry.skipped:
                self._contents.setdefault((entry.number, entry.display_name), set()).add(_content(entry))
        self._known = (
            {
                (item.display_name, item.tool.model_copy(update={"tool_id": ""}).model_dump_json()): tool_id
                for tool_id, item in catalogue.tools.items()
                if not item.system
            }
            if self._contents
            else {}
        )

    @cached_property
    def _exported(self) -> Mapping[str, str]:
        """Every tool by the identifier that an export gives it."""
        return {exported_id(tool_id): tool_id for tool_id in self._catalogue.every_tool}

    def was_exported(self, entry: LibraryTool) -> bool:
        """Whether an entry came from here."""
        return bool(entry.source_id) and entry.source_id.lower() in self._exported

    def tool_id(self, entry: LibraryTool, tool: Tool) -> str:
        """The id of an entry that is read as a tool."""
        if entry.source_id:
            return self._exported.get(entry.source_id.lower()) or _id(entry.source_id)
        by_content = _id(_content(entry))
        if by_content in self._catalogue.tools:
            return by_content
        known = self._known.get((entry.display_name, tool.model_dump_json()))
        if known is not None:
            return known
        if len(self._contents[entry.number, entry.display_name]) > 1:
            return by_content
        place = {"file": self._file_name, "number": entry.number, "name": entry.display_name}
        return _id(canonical_json.dumps(place).decode())


def _content(entry: LibraryTool) -> str:
    return canonical_json.dumps({"name": entry.display_name, **entry.numbers}).decode()


def _id(identity: str) -> str:
    return f"imported_{canonical_json.sha256_hex(identity.encode())[:_ID_LENGTH]}"
