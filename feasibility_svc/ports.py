"""What the feasibility service needs from outside, as promises."""

from collections.abc import Callable, Hashable, Sequence
from typing import Literal, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict

from feasibility_svc.domain.catalogue.catalogue import Catalogue, ToolEntry
from feasibility_svc.domain.catalogue.import_log import ImportEvent
from feasibility_svc.domain.catalogue.tool_library import LibraryTool
from feasibility_svc.domain.catalogue.workshop import Change

LibraryFormat = Literal[
    "FUSION_ARCHIVE", "FUSION_JSON", "FREECAD_BIT", "FREECAD_LIBRARY", "LINUXCNC", "CSV", "UGS_JSON"
]


class CatalogueSource(Protocol):
    """The catalogue as it is now: what ships and what the workshop added."""

    @property
    def current(self) -> Catalogue: ...


class CatalogueHistory(CatalogueSource, Protocol):
    """The catalogue as it is, and as it was."""

    def earlier(self, is_wanted: Callable[[str], bool]) -> Catalogue | None:
        """The newest state whose revision is the wanted one; None where none is.

        Raises:
            CatalogReadOnlyError, CatalogBusyError: What was added cannot be read at the moment.
        """
        ...


class ReportRequest(Protocol):
    """What a report is asked for."""

    @property
    def key(self) -> Hashable:
        """Everything of the request that the report follows from; None where that is too long to be kept."""
        ...


class EncodedReport(Protocol):
    """A report in the forms in which it is sent and recorded."""

    @property
    def size_bytes(self) -> int:
        """What it takes of memory, about."""
        ...

    @property
    def catalogue_revision(self) -> str:
        """The revision of the catalogue it follows from."""
        ...

    @property
    def is_complete(self) -> bool:
        """False where a dimension failed: asked again, it may not."""
        ...


Request_contra = TypeVar("Request_contra", bound=ReportRequest, contravariant=True)
Encoded_co = TypeVar("Encoded_co", bound=EncodedReport, covariant=True)


class EncodedReports(Protocol[Request_contra, Encoded_co]):
    """What gives reports as they are sent."""

    def report(self, request: Request_contra) -> Encoded_co:
        """The report on a request.

        Raises:
            InvalidFieldsError: A field breaks a rule.
            EntryNotFoundError: An id names nothing.
        """
        ...


class WorkshopCatalogue(CatalogueHistory, Protocol):
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


class WriteLibrary(Protocol):
    """Writes a tool library."""

    def __call__(self, entries: Sequence[ToolEntry], library_format: LibraryFormat, *, factor: float | None) -> bytes:
        """The library.

        Raises:
            LibraryUnwritableError: The format does not hold the tools, or is only read.
        """
        ...


class ReadBack(Protocol):
    """What a format's reader makes of a tool that was written."""

    def __call__(self, entry: ToolEntry, library_format: LibraryFormat, *, factor: float | None) -> LibraryTool:
        """The tool as it comes back.

        Raises:
            LibraryUnwritableError: The format is only read.
        """
        ...


class ReadsBack(Protocol):
    """Finds out how a library would say a tool that was exported."""

    def __call__(
        self, data: bytes, *, file_name: str, library_format: LibraryFormat | None, factor: float | None
    ) -> Callable[[ToolEntry], LibraryTool] | None:
        """The reading back of the format of a library; None for one that is only read."""
        ...


class AdminEntry(BaseModel):
    """A privileged call, or a refused one, as the log of administration has it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    event_id: str
    method: str
    person: str
    outcome: Literal["done", "refused", "failed"]
    code: str
    resource: str
    peer: str
    request_id: str
    created_at_utc: str
    identity: dict[str, str] | None = None
    """Who called, where that was proven."""
    repeated_count: int = 0
    """Further refusals of the same kind that this entry stands for."""


class AdminJournal(Protocol):
    """Where entries are kept, for ever and in their order."""

    def append(self, entries: Sequence[AdminEntry]) -> None:
        """Write entries durably.

        Raises:
            OSError: They were not written.
        """
        ...

    def read(self) -> tuple[Sequence[AdminEntry], int]:
        """All entries, oldest first, and how many lines cannot be read or do not follow the one before."""
        ...
