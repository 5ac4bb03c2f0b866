"""The ledger: documents, what runs are found by, blobs, idempotency keys."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_APPEND_ONLY = ("ledger", "blobs", "idempotency_keys")
_TEXTS = (
    "created_at_utc",
    "status",
    "mode",
    "tool_id",
    "material_id",
    "machine_id",
    "risk_level",
    "gate_decision",
)
_MORE_TEXTS = (
    "event_type",
    "workflow_session_id",
    "request_id",
    "parent_run_id",
    "instrument_serial",
    "operator",
    "design_name",
)
_INDEXED = (*_TEXTS[1:], *_MORE_TEXTS[:-1])


def upgrade() -> None:
    op.create_table(
        "ledger",
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("record_id", sa.Text, nullable=False),
        sa.Column("subject_id", sa.Text, nullable=False),
        sa.Column("ordinal", sa.Integer, nullable=False),
        sa.Column("partition", sa.Text, nullable=False),
        sa.Column("document", sa.LargeBinary, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("previous_sha256", sa.Text, nullable=False),
        sa.UniqueConstraint("kind", "record_id", name="ledger_record"),
        sa.UniqueConstraint("subject_id", "ordinal", name="ledger_chain"),
        sqlite_strict=True,
        sqlite_autoincrement=True,
    )
    op.create_table(
        "runs",
        sa.Column("run_id", sa.Text, primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in _TEXTS),
        sa.Column("score", sa.REAL),
        *(sa.Column(name, sa.Text, nullable=False) for name in _MORE_TEXTS),
        sqlite_strict=True,
    )
    op.create_index("runs_by_time", "runs", ["created_at_utc", "run_id"])
    for name in _INDEXED:
        op.create_index(f"runs_by_{name}", "runs", [name, "created_at_utc", "run_id"])
    op.create_table(
        "blobs",
        sa.Column("sha256", sa.Text, primary_key=True),
        sa.Column("size_bytes", sa.Integer, nullable=False),
        sa.Column("chunk_sha256", sa.LargeBinary, nullable=False),
        sa.Column("created_at_utc", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("payload_sha256", sa.Text, nullable=False),
        sa.Column("run_id", sa.Text, sa.ForeignKey("runs.run_id"), nullable=False),
        sa.Column("created_at_utc", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    for table in _APPEND_ONLY:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_refuses_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
