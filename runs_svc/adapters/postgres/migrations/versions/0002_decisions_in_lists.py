"""What lists say of steps at the machine, programs, requests and pictures: SQLite's tenth migration."""

import sqlalchemy as sa
from alembic import op

from runs_svc.migrations.decisions_in_lists import INDEXED, TEXTS, UPDATE, Found, filled_row

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    for name, usual in TEXTS.items():
        op.execute(f"""ALTER TABLE runs ADD COLUMN {name} text COLLATE "C" NOT NULL DEFAULT '{usual}'""")
    op.execute("ALTER TABLE runs ADD COLUMN open_warning_count bigint NOT NULL DEFAULT 0")
    connection = op.get_bind()
    found = Found()
    rows = connection.execute(sa.text("SELECT subject_id, kind, document FROM ledger ORDER BY subject_id, ordinal"))
    for run_id, kind, document in rows:
        found.take(run_id, kind, bytes(document))
    old = connection.execute(sa.text("SELECT * FROM runs")).mappings().all()
    filled = [filled_row(dict(row), found) for row in old]
    if filled:
        connection.execute(sa.text(UPDATE), filled)
    for name in INDEXED:
        columns = f"left({name}, 200), created_at_utc, run_id"
        op.execute(f"CREATE INDEX runs_by_{name} ON runs ({columns}) WHERE {name} != '{TEXTS[name]}'")
