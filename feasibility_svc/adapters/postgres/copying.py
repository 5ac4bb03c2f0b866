"""The catalogue on its way between its two homes: journals in a folder, and tables of a database."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import psycopg

from feasibility_svc.adapters.journal_lines import read_line
from feasibility_svc.adapters.postgres.catalogue import ADD_ROW, chained
from feasibility_svc.adapters.postgres.connections import connect, said_by
from feasibility_svc.adapters.postgres.imports import ADD_EVENT
from rpckit.settings import ConfigurationError

_JOURNAL, _IMPORTS = "journal.jsonl", "imports.jsonl"
_ALL = "SELECT place, line, chain_sha256 FROM catalogue_journal ORDER BY place"
_ROWS_AT_ONCE = 500
"""The wait for their answer has an end, which must not depend on how large a catalogue is."""
Row = TypeVar("Row")


def import_journals(folder: Path, url: str) -> int:
    """Copy the journals of a folder into a database that holds no entries, all or nothing; how many lines.

    Raises:
        ConfigurationError: There is no journal, a line cannot be read, or the database holds entries or refuses.
    """
    lines = _lines(folder / _JOURNAL)
    for line in lines:
        try:
            read_line(line.encode())
        except ValueError as error:
            raise ConfigurationError(f"{folder / _JOURNAL} holds {error}; nothing was copied") from error
    notes = _lines(folder / _IMPORTS)
    if not lines and not notes:
        raise ConfigurationError(f"there is no catalogue in {folder}")
    try:
        with connect(url) as connection, connection.transaction(), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM catalogue_journal")
            if cursor.fetchone() != (0,):
                raise ConfigurationError("the database holds a catalogue already; give an empty one")
            for group in _groups(list(chained(lines))):
                cursor.executemany(ADD_ROW, group)
            for some in _groups([(note,) for note in notes]):
                cursor.executemany(ADD_EVENT, some)
    except psycopg.Error as error:
        raise ConfigurationError(f"the catalogue's database refuses: {said_by(error)}") from error
    return len(lines)


def export_journals(url: str, folder: Path) -> int:
    """Write the catalogue of a database as journals into a folder that has none, durably; how many lines.

    Raises:
        ConfigurationError: There are journals already, a row was altered, or the database cannot be read.
    """
    for name in (_JOURNAL, _IMPORTS):
        if (folder / name).exists():
            raise ConfigurationError(f"{folder / name} exists; give an empty folder")
    try:
        with connect(url) as connection, connection.transaction():
            rows = connection.execute(_ALL).fetchall()
            notes = connection.execute("SELECT event FROM catalogue_imports ORDER BY place").fetchall()
    except psycopg.Error as error:
        raise ConfigurationError(f"the catalogue's database cannot be read: {said_by(error)}") from error
    if rows != list(chained([line for _, line, _ in rows])):
        raise ConfigurationError("the catalogue's database holds a row that was altered; nothing was written")
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / _IMPORTS, [note for (note,) in notes])
    _write(folder / _JOURNAL, [line for _, line, _ in rows])  # the last one: with it the catalogue is there
    return len(rows)


def _groups(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    return (rows[start : start + _ROWS_AT_ONCE] for start in range(0, len(rows), _ROWS_AT_ONCE))


def _lines(path: Path) -> list[str]:
    """Its whole lines; none where there is no file."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return []
    return data[: data.rfind(b"\n") + 1].decode().split("\n")[:-1]


def _write(path: Path, lines: list[str]) -> None:
    staged = path.with_name(f".{path.name}")
    with staged.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{line}\n" for line in lines)
        file.flush()
        os.fsync(file.fileno())
    staged.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
