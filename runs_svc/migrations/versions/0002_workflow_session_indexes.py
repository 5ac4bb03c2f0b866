"""Indexes of the workflow sessions, each followed by time and id, so that every filtered list is a keyset walk."""

from alembic import op

revision = "0002"
down_revision = "0001"

_INDEXES = {
    "status": ("status",),
    "type": ("workflow_type",),
    "created": (),
    "user": ("user_id",),
    "machine": ("machine_id",),
    "status_and_type": ("status", "workflow_type"),
}


def upgrade() -> None:
    for name, columns in _INDEXES.items():
        op.create_index(f"workflow_sessions_by_{name}", "workflow_sessions", [*columns, "created_at_utc", "subject_id"])
