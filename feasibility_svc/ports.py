"""What the feasibility service needs from outside, as promises."""

from collections.abc import Callable, Sequence
from typing import Literal, Protocol

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.catalogue.import_log import ImportEvent
from feasibility_svc.domain.catalogue.library_tool import LibraryTool
from feasibility_svc.domain.catalogue.workshop import Change

LibraryFormat = Literal[
    "FUSION_ARCHIVE", "FUSION_JSON", "FREECAD_BIT", "FREECAD_LIBRARY", "LINUXCNC", "CSV", "UGS_JSON"
]


class CatalogueSource(Protocol):
    """The catalogue as it is now: what ships and what the workshop added."""

    @property
    def current(self) -> Catalogue: ...


class WorkshopCatalogue(CatalogueSource, Protocol):
    """A catalogue the workshop adds to. Nothing is ever overwritten: later entries stand in front of earlier ones."""

    def append(self, change_of: Callable[[Catalogue], list[Change]]) -> list[Change]:
        """Add the changes computed from the catalogue as it is, all or none; they are durable before this returns.

        Raises:
            CatalogReadOnlyError, CatalogFullError, CatalogBusyError: They cannot be stored.
        """
        ...


class ImportLog(Protocol):
    """Attempts to import tool libraries."""

    def note(self, event: ImportEvent) -> None:
        """Store an attempt."""
        ...

    def events(self) -> Sequence[ImportEvent]:
        """Every attempt, oldest first."""
        ...


class ReadLibrary(Protocol):
    """Reads a tool library."""

    def __call__(
        self, data: bytes, *, file_name: str, library_format: LibraryFormat | None, factor: float | None
    ) -> list[LibraryTool]:
        """The entries in their order.

        Raises:
            LibraryUnreadableError: The file is not of the format.
        """
        ...
