"""Tables of the ledger. The first migration creates them; a test compares both.

`ledger`, `blobs` and `idempotency_keys` are the truth: triggers refuse to change or remove a row. `runs` is what runs
are found by and can be rebuilt from `ledger`.
"""

from typing import Any

import sqlalchemy as sa

metadata = sa.MetaData()
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NUMBER: sa.types.TypeEngine[float] = sa.Double().with_variant(sa.REAL(), "sqlite")
"""As wide as Python's everywhere; SQLite's strict tables know them by other names."""
COMMON_VALUES = "usual"
"""What nearly every row has in a column. Its index leaves those rows out: they are written with one index less each."""

ledger = sa.Table(
    "ledger",
    metadata,
    sa.Column("seq", WHOLE, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("record_id", sa.Text, nullable=False),
    sa.Column("subject_id", sa.Text, nullable=False),
    sa.Column("ordinal", WHOLE, nullable=False),
    sa.Column("partition", sa.Text, nullable=False),
    sa.Column("document", sa.LargeBinary, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("previous_sha256", sa.Text, nullable=False),
    sa.UniqueConstraint("kind", "record_id", name="ledger_record"),
    sa.UniqueConstraint("subject_id", "ordinal", name="ledger_chain"),
    sqlite_strict=True,
    sqlite_autoincrement=True,
)


def unusual(column: sa.Column[Any]) -> sa.ColumnElement[bool] | None:
    """The condition of the rows in a column's index; None when all are."""
    usual = column.info.get(COMMON_VALUES)
    return None if usual is None else column != sa.literal_column(f"'{usual}'")


runs = sa.Table(
    "runs",
    metadata,
    sa.Column("run_id", sa.Text, primary_key=True),
    sa.Column("created_at_utc", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("mode", sa.Text, nullable=False),
    sa.Column("tool_id", sa.Text, nullable=False),
    sa.Column("material_id", sa.Text, nullable=False),
    sa.Column("machine_id", sa.Text, nullable=False),
    sa.Column("risk_level", sa.Text, nullable=False),
    sa.Column("gate_decision", sa.Text, nullable=False),
    sa.Column("score", NUMBER),
    sa.Column("event_type", sa.Text, nullable=False, info={COMMON_VALUES: ""}),
    sa.Column("workflow_session_id", sa.Text, nullable=False, info={COMMON_VALUES: ""}),
    sa.Column("request_id", sa.Text, nullable=False),
    sa.Column("parent_run_id", sa.Text, nullable=False, info={COMMON_VALUES: ""}),
    sa.Column("instrument_serial", sa.Text, nullable=False, info={COMMON_VALUES: ""}),
    sa.Column("operator", sa.Text, nullable=False, info={COMMON_VALUES: ""}),
    sa.Column("design_name", sa.Text, nullable=False),
    sa.Column("meta_keys", sa.Text, nullable=False),
    sa.Column("legal_hold", sa.Text, nullable=False, info={COMMON_VALUES: "no"}),
    sa.Column("withdrawn", sa.Text, nullable=False),
    sa.Column("checksum", sa.Text, nullable=False),
    sa.Column("attachment_digests", sa.Text, nullable=False),
    sa.Column("execution", sa.Text, nullable=False, info={COMMON_VALUES: ""}),
    sa.Column("executed_at_utc", sa.Text, nullable=False),
    sa.Column("shown_serial", sa.Text, nullable=False),
    sa.Column("shown_operator", sa.Text, nullable=False),
    sa.Column("gate_reason", sa.Text, nullable=False),
    sa.Column("audit", sa.Text, nullable=False, info={COMMON_VALUES: "NONE"}),
    sa.Column("open_warning_count", sa.Integer, nullable=False),
    sa.Column("findings_sha256", sa.Text, nullable=False),
    sa.Column("override_request", sa.Text, nullable=False, info={COMMON_VALUES: "none"}),
    sa.Column("has_picture", sa.Text, nullable=False),
    sa.Column("waits_for_person", sa.Text, nullable=False, info={COMMON_VALUES: "no"}),
    sqlite_strict=True,
)

INDEXED = (
    "status",
    "mode",
    "tool_id",
    "material_id",
    "machine_id",
    "risk_level",
    "gate_decision",
    "event_type",
    "workflow_session_id",
    "request_id",
    "parent_run_id",
    "instrument_serial",
    "operator",
    "legal_hold",
    "execution",
    "audit",
    "override_request",
    "waits_for_person",
)
"""Columns with an index of their own, each followed by time and id, so that every filtered list is a keyset walk."""

sa.Index("runs_by_time", runs.c.created_at_utc, runs.c.run_id)
for _column in (runs.c[name] for name in INDEXED):
    sa.Index(f"runs_by_{_column.name}", _column, runs.c.created_at_utc, runs.c.run_id, sqlite_where=unusual(_column))

blobs = sa.Table(
    "blobs",
    metadata,
    sa.Column("sha256", sa.Text, primary_key=True),
    sa.Column("size_bytes", WHOLE, nullable=False),
    sa.Column("chunk_sha256", sa.LargeBinary, nullable=False),
    sa.Column("created_at_utc", sa.Text, nullable=False),
    sqlite_strict=True,
)

idempotency_keys = sa.Table(
    "idempotency_keys",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("payload_sha256", sa.Text, nullable=False),
    sa.Column("run_id", sa.Text, sa.ForeignKey("runs.run_id"), nullable=False),
    sa.Column("created_at_utc", sa.Text, nullable=False),
    sqlite_strict=True,
)

APPEND_ONLY = ("ledger", "blobs", "idempotency_keys")
