"""Adds a column to the rows of runs, in every database. It stays as it is: applied migrations rest on it."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import TypeAlias

import sqlalchemy as sa
from alembic import op

from foundation.canonical_json import JsonMapping

Value: TypeAlias = str | float | None
ValueOf: TypeAlias = Callable[[Sequence[JsonMapping]], Value]
"""The value of a run, of its documents: the run itself, then what was added, in order."""
_ELEVENTH = (
    *("run_id", "created_at_utc", "status", "mode", "tool_id", "material_id", "machine_id", "risk_level"),
    *("gate_decision", "score", "event_type", "workflow_session_id", "request_id", "parent_run_id"),
    *("instrument_serial", "operator", "design_name", "meta_keys", "legal_hold", "withdrawn", "attachment_digests"),
    *("execution", "executed_at_utc", "shown_serial", "shown_operator", "gate_reason", "audit"),
    *("open_warning_count", "findings_sha256", "override_request", "has_picture", "waits_for_person"),
)
"""The columns of the eleventh schema as a checksum takes them; databases hold them in orders of their own."""
_RECORDS = sa.text("SELECT subject_id, document FROM ledger WHERE subject_id LIKE 'run%' ORDER BY subject_id, ordinal")


def add_text_column(name: str, *, usual: str, value_of: ValueOf, is_filtered: bool = True) -> None:
    """Add a text to the rows of runs, last in their checksums.

    Args:
        name: The column, as `RunIndex` and `tables.runs` have it.
        usual: What nearly every run has there, and what a run has whose documents were altered.
        value_of: The value of a run.
        is_filtered: Whether lists are filtered by it; then it has an index, which leaves the usual value out.
    """
    is_postgres = op.get_bind().dialect.name == "postgresql"
    kind = sa.Text(collation="C") if is_postgres else sa.Text()
    op.add_column("runs", sa.Column(name, kind, nullable=False, server_default=usual))
    _fill(name, usual, value_of)
    if is_filtered:
        beginning = f"left({name}, 200)" if is_postgres else name  # a row of PostgreSQL's indexes has room for 2.7 kB
        columns = f"{beginning}, created_at_utc, run_id"
        op.execute(f"CREATE INDEX runs_by_{name} ON runs ({columns}) WHERE {name} != '{usual}'")


def add_number_column(name: str, *, value_of: ValueOf) -> None:
    """Add a number to the rows of runs, last in their checksums; none where a run has none, or was altered.

    Args:
        name: The column, as `RunIndex` and `tables.runs` have it.
        value_of: The value of a run, a float: a checksum tells 97 from 97.0.
    """
    is_postgres = op.get_bind().dialect.name == "postgresql"
    op.add_column("runs", sa.Column(name, sa.Double() if is_postgres else sa.REAL()))
    _fill(name, None, value_of)


def _fill(name: str, usual: Value, value_of: ValueOf) -> None:
    connection = op.get_bind()
    found = dict(_values(connection, usual, value_of))
    old = connection.execute(sa.text("SELECT * FROM runs")).mappings().all()
    filled = [_filled(dict(row), name, found.get(row["run_id"], usual)) for row in old]
    if filled:
        statement = f"UPDATE runs SET {name} = :value, checksum = :checksum WHERE run_id = :run_id"
        connection.execute(sa.text(statement), filled)


def _values(connection: sa.Connection, usual: Value, value_of: ValueOf) -> Iterator[tuple[str, Value]]:
    for run_id, records in groupby(connection.execute(_RECORDS), key=lambda record: str(record[0])):
        try:
            yield run_id, value_of([json.loads(bytes(document)) for _, document in records])
        except (ValueError, TypeError, AttributeError, KeyError, IndexError):
            yield run_id, usual


def _filled(row: Mapping[str, object], name: str, value: Value) -> Mapping[str, object]:
    """The new value and the checksum over all; one that was wrong before stays wrong."""
    later = [column for column in row if column not in {*_ELEVENTH, "checksum", name}]
    before = [row[column] for column in (*_ELEVENTH, *later)]
    is_sound = row["checksum"] == _checksum(before)
    return {
        "run_id": row["run_id"],
        "value": value,
        "checksum": _checksum([*before, value]) if is_sound else row["checksum"],
    }


def _checksum(values: Sequence[object]) -> str:
    return hashlib.sha256("\x1f".join(map(str, values)).encode()).hexdigest()[:16]
