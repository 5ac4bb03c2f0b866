"""What lists say of steps at the machine, programs, requests and pictures."""

import sqlalchemy as sa
from alembic import op

from runs_svc.migrations.decisions_in_lists import INDEXED, ORDER, TEXTS, UPDATE, Found, filled_row

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    for name in ORDER:
        if name in TEXTS:
            op.add_column("runs", sa.Column(name, sa.Text, nullable=False, server_default=TEXTS[name]))
        else:
            op.add_column("runs", sa.Column(name, sa.Integer, nullable=False, server_default="0"))
    connection = op.get_bind()
    found = Found()
    rows = connection.execute(sa.text("SELECT subject_id, kind, document FROM ledger ORDER BY subject_id, ordinal"))
    for run_id, kind, document in rows:
        found.take(run_id, kind, document)
    old = connection.execute(sa.text("SELECT * FROM runs")).mappings().all()
    filled = [filled_row(dict(row), found) for row in old]
    if filled:
        connection.execute(sa.text(UPDATE), filled)
    for name in INDEXED:
        others = sa.text(f"{name} != '{TEXTS[name]}'")
        op.create_index(f"runs_by_{name}", "runs", [name, "created_at_utc", "run_id"], sqlite_where=others)
