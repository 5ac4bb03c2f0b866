"""After a commit of unknown outcome the store is marked, and checked as a whole before it is used again.

The mark must not fail where the disk is full, which is when it is needed: it lies ready under another name from the
start, with room for a reason, and marking is a rename.
"""

import logging
import os
from pathlib import Path

import sqlalchemy as sa

from foundation import canonical_json
from rpckit.settings import ConfigurationError
from runs_svc.adapters.sql import tables

log = logging.getLogger("rmos.store")
_REASON_BYTES = 1_024


def prepare(marker: Path) -> None:
    """Have the mark ready. A disk that is full already may refuse it: then the mark is written when it is needed."""
    try:
        with _ready(marker).open("wb") as file:
            file.write(b" " * _REASON_BYTES)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        log.exception("the mark of a suspect store could not be prepared", extra={"marker": str(marker)})


def mark(marker: Path, reason: str) -> None:
    """Leave a note for the next start. A disk that fails may refuse even the reason; the log has it in any case."""
    try:
        if _ready(marker).exists():
            _ready(marker).rename(marker)
        _note(marker, reason)
    except OSError:
        log.exception("the store could not be marked with its reason", extra={"marker": str(marker)})


def _note(marker: Path, reason: str) -> None:
    """Write the reason into the room that is there, and let the folder know the name."""
    folder = os.open(marker.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
        with marker.open("r+b" if marker.exists() else "wb") as file:
            file.write(reason.encode()[:_REASON_BYTES].ljust(_REASON_BYTES))
            file.flush()
            os.fsync(file.fileno())
    finally:
        os.close(folder)


def _ready(marker: Path) -> Path:
    """Where the mark lies until it is needed."""
    return marker.with_name(f"{marker.name}-ready")


def clear_after_check(marker: Path, reader: sa.Engine) -> None:
    """Check a marked store as a whole, and take the mark away when it is sound.

    Raises:
        ConfigurationError: It is not; names what is wrong.
    """
    if not marker.exists():
        return
    log.warning(
        "checking the store after a commit of unknown outcome",
        extra={"reason": marker.read_text(errors="replace").strip()},
    )
    with reader.connect() as connection:
        problems = [*_structure(connection), *_digests(connection)]
    if problems:
        raise ConfigurationError(f"the store is damaged: {problems[0]} (and {len(problems) - 1} more)")
    marker.unlink()


def _structure(connection: sa.Connection) -> list[str]:
    found = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
    return [] if found == ["ok"] else [str(item) for item in found]


def _digests(connection: sa.Connection) -> list[str]:
    columns = (tables.ledger.c.record_id, tables.ledger.c.document, tables.ledger.c.sha256)
    rows = connection.execution_options(yield_per=500).execute(sa.select(*columns))
    return [f"{row[0]} is altered" for row in rows if canonical_json.sha256_hex(row[1]) != row[2]]
