"""Workflow sessions: what each is found by. The sessions themselves are documents in the ledger."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_TEXTS = (
    "created_at_utc",
    "updated_at_utc",
    "status",
    "workflow_type",
    "mode",
    "user_id",
    "machine_id",
    "material_id",
    "tool_id",
    "risk_level",
)


def upgrade() -> None:
    op.create_table(
        "workflow_sessions",
        sa.Column("subject_id", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in _TEXTS),
        sqlite_strict=True,
    )
