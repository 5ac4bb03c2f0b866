"""A database behind its own back."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from runs_svc.adapters.sql import tables


@contextmanager
def altered(url: str) -> Iterator[sqlite3.Connection]:
    """The database behind its own back."""
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        for name in tables.APPEND_ONLY:
            for trigger in ("update", "delete"):
                connection.execute(f"DROP TRIGGER IF EXISTS {name}_refuses_{trigger}")
        yield connection
    connection.close()


def flipped(text: str, place: int) -> bytes:
    """A text with the top bit of a character flipped: no text any more."""
    data = bytearray(text.encode())
    data[place] ^= 0x80
    return bytes(data)


def spoil(connection: sqlite3.Connection, column: str, subject_id: str, data: bytes) -> None:
    """Put bytes that are no text into a column."""
    table, _, name = column.partition(".")
    key = "run_id" if table == "runs" else "subject_id"
    connection.execute(f"UPDATE {table} SET {name} = CAST(? AS TEXT) WHERE {key} = ?", (data, subject_id))
