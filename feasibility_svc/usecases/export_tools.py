"""Write tools of the catalogue as a library of another program, and say what that format cannot hold."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from feasibility_svc.domain.catalogue.catalogue import Catalogue, ToolEntry
from feasibility_svc.domain.catalogue.tool_export import Omission, omission_of
from feasibility_svc.ports import CatalogueSource, LibraryFormat, ReadBack, WriteLibrary
from foundation.abandonment import watched_each
from foundation.errors import InvalidFieldsError

_MOST_TOOLS = 20_000
"""What an import takes, too."""


@dataclass(frozen=True, slots=True)
class ExportedLibrary:
    """A library, and what is not in it."""

    data: bytes
    tool_count: int
    omissions: Sequence[Omission]

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


class ExportTools:
    """What libraries take from the catalogue."""

    def __init__(self, catalogue: CatalogueSource, write: WriteLibrary, read_back: ReadBack) -> None:
        self._catalogue = catalogue
        self._write = write
        self._read_back = read_back

    def export(
        self, tool_ids: Sequence[str], library_format: LibraryFormat, *, factor: float | None
    ) -> ExportedLibrary:
        """A library of tools.

        Args:
            tool_ids: Which; empty for all of the workshop's own.
            library_format: For which program.
            factor: Millimetres per unit where the format does not say; None for 1.

        Raises:
            ToolNotFoundError, EntryWithdrawnError: An id names nothing, or what was withdrawn.
            InvalidFieldsError: There is nothing to export, or too much.
            LibraryUnwritableError: The format does not hold them.
        """
        entries = _chosen(self._catalogue.current, tool_ids)
        held: list[ToolEntry] = []
        omissions: list[Omission] = []
        for entry in watched_each(entries):
            omission = omission_of(entry, self._read_back(entry, library_format, factor=factor))
            if not omission.left_out:
                held.append(entry)
            if omission.left_out or omission.not_held:
                omissions.append(omission)
        return ExportedLibrary(self._write(held, library_format, factor=factor), len(held), omissions)


def _chosen(catalogue: Catalogue, tool_ids: Sequence[str]) -> Sequence[ToolEntry]:
    if tool_ids:
        entries = [catalogue.tool(tool_id) for tool_id in dict.fromkeys(tool_ids)]
    else:
        entries = [entry for entry in catalogue.tools.values() if not entry.system]
    if not entries:
        raise InvalidFieldsError.one("names", "the workshop has no tools of its own; name those to export")
    if len(entries) > _MOST_TOOLS:
        raise InvalidFieldsError.one("names", f"{len(entries)} tools; a library takes {_MOST_TOOLS}: name fewer")
    return entries
