"""After a commit of unknown outcome the store is marked, and checked as a whole before it is used again."""

import logging
from pathlib import Path

import sqlalchemy as sa

from rpckit import canonical_json
from rpckit.configuration import ConfigurationError
from runs_svc.adapters.sql import tables

log = logging.getLogger("rmos.store")


def mark(marker: Path, reason: str) -> None:
    """Leave a note for the next start. A disk that fails may refuse it; the log has the reason in any case."""
    try:
        marker.write_text(reason)
    except OSError:
        log.exception("the store could not be marked", extra={"marker": str(marker)})


def clear_after_check(marker: Path, reader: sa.Engine) -> None:
    """Check a marked store as a whole, and take the mark away when it is sound.

    Raises:
        ConfigurationError: It is not; names what is wrong.
    """
    if not marker.exists():
        return
    log.warning("checking the store after a commit of unknown outcome", extra={"reason": marker.read_text()})
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
