"""Import attempts in PostgreSQL. They decide nothing, so one that cannot be stored or read is logged and left out."""

import logging
from collections.abc import Sequence

import psycopg
from pydantic import ValidationError

from feasibility_svc.adapters.postgres.connections import connect
from feasibility_svc.domain.catalogue.import_log import ImportEvent

log = logging.getLogger("rmos.catalogue")
ADD_EVENT = "INSERT INTO catalogue_imports (event) VALUES (%s)"
_ALL = "SELECT event FROM catalogue_imports ORDER BY place"


class DatabaseImports:
    """The attempts at every server, oldest first."""

    def __init__(self, url: str) -> None:
        self._url = url

    def note(self, event: ImportEvent) -> None:
        try:
            with connect(self._url) as connection:
                connection.execute(ADD_EVENT, [event.model_dump_json()])
        except psycopg.Error:
            log.exception("an import attempt could not be noted", extra={"file": event.file_name})

    def events(self) -> Sequence[ImportEvent]:
        try:
            with connect(self._url) as connection:
                rows = connection.execute(_ALL).fetchall()
        except psycopg.Error:
            log.exception("import attempts cannot be read")
            return []
        return [event for (text,) in rows if (event := _read(text)) is not None]


def _read(text: str) -> ImportEvent | None:
    try:
        return ImportEvent.model_validate_json(text)
    except ValidationError:
        log.warning("an import attempt cannot be read", extra={"line": text[:80]})
        return None
