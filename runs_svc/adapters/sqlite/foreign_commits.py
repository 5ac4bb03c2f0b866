"""Commits of other processes: a process owns its store, but nothing keeps a person with `sqlite3` from writing it.

Caches hold only while no other process writes. SQLite counts for each connection what others committed;
asking costs 4 µs.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

log = logging.getLogger("rmos.store")
LOOK_EVERY_S = 0.1


class ForeignCommits:
    """Looks for commits of others, on the one connection that this process writes with."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._forgetting: list[Callable[[], None]] = []
        self._looked_at = -LOOK_EVERY_S
        self._seen = 0
        self._seen = self._data_version()

    def on_found(self, forget: Callable[[], None]) -> None:
        """Register a function to call when another process has committed."""
        self._forgetting.append(forget)

    def look_if_due(self) -> None:
        """Look, unless that was done a moment ago."""
        if asyncio.get_running_loop().time() - self._looked_at >= LOOK_EVERY_S:
            self.look()

    def look(self) -> None:
        """Empty the caches if another process has committed since the last check."""
        self._looked_at = asyncio.get_running_loop().time()
        version = self._data_version()
        if version != self._seen:
            self._seen = version
            log.warning("the database was written by another process: nothing that was read before is trusted")
            for forget in self._forgetting:
                forget()

    def _data_version(self) -> int:
        driver: Any = self._connection.connection.driver_connection
        try:
            (version,) = driver.execute("PRAGMA data_version").fetchone()
        except sqlite3.Error:
            return self._seen  # unknown; whoever reads gets the error itself
        return int(version)
