"""News of what other servers commit: the database notifies, and is asked now and then, since a notice can be lost."""

import logging
import threading
import time
from collections.abc import Callable

import psycopg
import sqlalchemy as sa

from runs_svc.adapters.postgres.engine import Cutting, open_reader
from runs_svc.adapters.postgres.transaction import CHANNEL, HEAD

log = logging.getLogger("rmos.store")
_ASK_EVERY_S = 1.0
_AGAIN_AFTER_S = 0.5
_SILENCE_S = 10.0
"""So long nothing was heard of a database that is asked every second: it is away."""
_SIZE_EVERY_S = 60.0
_SIZE = "SELECT pg_database_size(current_database())"
_PLACE = sa.select(HEAD.c.place).where(HEAD.c.id == 1)


class News:
    """A thread that listens."""

    def __init__(self, url: str, *, tell: Callable[[], None]) -> None:
        """Listen at a database.

        Args:
            url: Where it is.
            tell: Called in the thread when something was committed.
        """
        self._engine = open_reader(url)
        self._tell = tell
        self._closing = threading.Event()
        self._line = Cutting()
        self.place = 0
        """Of the newest record, as far as was heard."""
        self.size_bytes = 0
        """Of the database, as it was not long ago."""
        self._is_there = True
        self._heard_at = time.monotonic()
        self._seen = -1
        self._sized_at = -_SIZE_EVERY_S
        self._thread = threading.Thread(target=self._listen, name="ledger-news", daemon=True)
        self._thread.start()

    @property
    def is_heard(self) -> bool:
        """Whether the database answers. One that is stopped breaks no line: it only says nothing any more."""
        return self._is_there and time.monotonic() - self._heard_at < _SILENCE_S

    def close(self) -> None:
        self._closing.set()
        self._line.cut()
        self._thread.join(timeout=2.0)

    def _listen(self) -> None:
        away = False
        while not self._closing.is_set():
            self._line = Cutting()
            try:
                with self._engine.connect() as connection, self._line.watching(connection):
                    connection.exec_driver_sql(f"LISTEN {CHANNEL}")
                    away, self._is_there = False, True
                    self._follow(connection)
            # Nobody waits for this thread: if it ended, lists and watchers would stand still, and nothing would say so.
            except Exception as error:
                if not away and not self._closing.is_set():
                    log.warning("no news from the database; asking again", extra={"why": str(error)[:200]})
                away, self._is_there = True, False
                self._closing.wait(_AGAIN_AFTER_S)
        self._engine.dispose()

    def _follow(self, connection: sa.Connection) -> None:
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        told = ""
        while not self._closing.is_set():
            place = int(told or connection.execute(_PLACE).scalar_one())
            self._heard_at = time.monotonic()
            if place != self._seen:
                self._seen = self.place = place
                self._tell()
            if time.monotonic() - self._sized_at > _SIZE_EVERY_S:
                self.size_bytes = int(connection.exec_driver_sql(_SIZE).scalar_one())
                self._sized_at = time.monotonic()
            told = ""
            for notice in driver.notifies(timeout=_ASK_EVERY_S, stop_after=1):
                told = notice.payload
