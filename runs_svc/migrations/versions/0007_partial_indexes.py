"""Indexes on what few runs say: without the others."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_USUAL = {
    "event_type": "",
    "workflow_session_id": "",
    "parent_run_id": "",
    "instrument_serial": "",
    "operator": "",
    "legal_hold": "no",
}


def upgrade() -> None:
    for name, usual in _USUAL.items():
        op.drop_index(f"runs_by_{name}", "runs")
        others = sa.text(f"{name} != '{usual}'")
        op.create_index(f"runs_by_{name}", "runs", [name, "created_at_utc", "run_id"], sqlite_where=others)
