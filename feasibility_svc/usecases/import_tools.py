"""Read a tool library, see what it would add, add it, and leave a trace of the attempt."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.catalogue.import_log import ImportEvent
from feasibility_svc.domain.catalogue.tool_import import ImportedTool, changes_of, plan_import
from feasibility_svc.domain.catalogue.tool_library import LibraryTool
from feasibility_svc.domain.catalogue.workshop import Change, in_the_name_of
from feasibility_svc.domain.scoring import errors
from feasibility_svc.ports import ImportLog, LibraryFormat, ReadLibrary, ReadsBack, WorkshopCatalogue
from foundation.call import current_call
from foundation.identity import RecordedIdentity

ErrorStatus = TypeVar("ErrorStatus")


@dataclass(frozen=True, slots=True)
class ToolFile:
    """A library as it came in."""

    name: str
    data: bytes
    format: LibraryFormat | None
    factor: float | None
    """Millimetres per unit where the library does not say; None where nobody has said it."""

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


class ImportTools:
    """What the catalogue takes from libraries."""

    def __init__(
        self,
        workshop: WorkshopCatalogue,
        read_library: ReadLibrary,
        reads_back: ReadsBack,
        log: ImportLog,
        *,
        now: Callable[[], str],
    ) -> None:
        self._workshop = workshop
        self._reads_back = reads_back
        self._read_library = read_library
        self._log = log
        self._now = now

    def preview(self, file: ToolFile) -> Sequence[ImportedTool]:
        """What the library would add.

        Raises:
            LibraryUnreadableError: It cannot be read.
        """
        return self._plan(file, self._read(file), self._workshop.current)

    def take(self, file: ToolFile, tell: Callable[[Sequence[ImportedTool]], ErrorStatus]) -> ErrorStatus:
        """The answer about what the library added, which is durable before this returns.

        The response is put together first: what cannot be returned is not added.

        Raises:
            LibraryUnreadableError: It cannot be read.
            CatalogReadOnlyError, CatalogFullError, CatalogBusyError: It cannot be stored.
        """
        imported: Sequence[ImportedTool] = ()
        answers: list[ErrorStatus] = []

        def changes(catalogue: Catalogue) -> list[Change]:
            nonlocal imported
            imported = self._plan(file, entries, catalogue)
            answers.append(tell(imported))
            return in_the_name_of(_caller(), changes_of(imported), now=self._now())

        try:
            entries = self._read(file)  # before the catalogue is held: a long file holds up nobody else
            added = len(self._workshop.append(changes))
        except errors.LibraryUnreadableError as error:
            self._note(file, "rejected", reason=str(error))
            raise
        except (errors.CatalogReadOnlyError, errors.CatalogFullError, errors.CatalogBusyError) as error:
            self._note(file, "failed", reason=str(error))
            raise
        self._note(file, "accepted", added=added, other=len(imported) - added)
        return answers[-1]

    def attempts(self) -> Sequence[ImportEvent]:
        """Every attempt, newest first."""
        return self._log.events()[::-1]

    def _read(self, file: ToolFile) -> Sequence[LibraryTool]:
        return self._read_library(file.data, file_name=file.name, library_format=file.format, factor=file.factor)

    def _plan(self, file: ToolFile, entries: Sequence[LibraryTool], catalogue: Catalogue) -> Sequence[ImportedTool]:
        library = f"{file.name} (sha256 {file.sha256})"
        read_back = self._reads_back(file.data, file_name=file.name, library_format=file.format, factor=file.factor)
        return plan_import(catalogue, entries, library=library, file_name=file.name, read_back=read_back)

    def _note(self, file: ToolFile, outcome: str, *, reason: str = "", added: int = 0, other: int = 0) -> None:
        event = {
            "outcome": outcome,
            "file_name": file.name,
            "file_sha256": file.sha256,
            "size_bytes": len(file.data),
            "reason": reason,
            "added_count": added,
            "other_count": other,
            "created_at_utc": self._now(),
            "request_id": current_call.get().request_id,
            "identity": _caller().to_json(),
        }
        self._log.note(ImportEvent.model_validate(event))


def _caller() -> RecordedIdentity:
    return RecordedIdentity.of(current_call.get().identity)
