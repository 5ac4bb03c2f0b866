"""Import attempts in a file of JSON lines beside the catalogue's journal. It decides nothing, so a line that cannot be
read is logged and left out."""

import logging
import os
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from filelock import FileLock, Timeout
from pydantic import ValidationError

from feasibility_svc.domain.catalogue.import_log import ImportEvent

log = logging.getLogger("rmos.catalogue")
_PATIENCE_S = 5.0


class ImportJournal:
    """The attempts, oldest first."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "imports.jsonl"
        self._lock = FileLock(folder / "imports.lock", timeout=_PATIENCE_S)

    def note(self, event: ImportEvent) -> None:
        """Store an attempt. A folder that cannot be written is logged; the attempt itself still gets its response."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._lock, self._path.open("a+b") as journal:
                journal.write(_end_of_line(journal) + event.model_dump_json().encode() + b"\n")
                journal.flush()
                os.fsync(journal.fileno())
        except (OSError, Timeout):
            log.exception("an import attempt could not be noted", extra={"file": event.file_name})

    def events(self) -> Sequence[ImportEvent]:
        try:
            lines = self._path.read_bytes().splitlines()
        except OSError:
            return []
        return [event for line in lines if (event := _read(line)) is not None]


def _end_of_line(journal: IO[bytes]) -> bytes:
    """What ends a line that a full disk has left unfinished."""
    if journal.seek(0, os.SEEK_END) == 0:
        return b""
    journal.seek(-1, os.SEEK_END)
    return b"" if journal.read(1) == b"\n" else b"\n"


def _read(line: bytes) -> ImportEvent | None:
    try:
        return ImportEvent.model_validate_json(line)
    except ValidationError:
        log.warning("an import attempt cannot be read", extra={"line": line[:80].decode(errors="replace")})
        return None
