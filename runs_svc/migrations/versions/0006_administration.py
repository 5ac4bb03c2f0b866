"""Withdrawn and held runs, keys of meta, checksums of lists, the administrator's log, words of prompts."""

import hashlib
import json

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_COLUMNS = {"meta_keys": "", "legal_hold": "no", "withdrawn": "no", "checksum": ""}


def upgrade() -> None:
    for name, default in _COLUMNS.items():
        op.add_column("runs", sa.Column(name, sa.Text, nullable=False, server_default=default))
    op.create_index("runs_by_legal_hold", "runs", ["legal_hold", "created_at_utc", "run_id"])
    _fill_meta_keys()
    _fill_checksums()
    op.create_table(
        "maintenance",
        sa.Column("subject_id", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at_utc", sa.Text, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("command", "outcome", "person")),
        sqlite_strict=True,
    )
    op.create_index("maintenance_by_created", "maintenance", ["created_at_utc", "subject_id"])
    for name in ("command", "outcome", "person"):
        op.create_index(f"maintenance_by_{name}", "maintenance", [name, "created_at_utc", "subject_id"])
    op.execute(
        "CREATE VIRTUAL TABLE asset_words "
        "USING fts5(prompt, content='assets', content_rowid='rowid', tokenize='trigram')"
    )
    op.execute("INSERT INTO asset_words(asset_words) VALUES ('rebuild')")


def _fill_checksums() -> None:
    connection = op.get_bind()
    rows = connection.execute(sa.text("SELECT * FROM runs")).all()  # the checksum is the last column
    filled = [
        {"run_id": row[0], "checksum": hashlib.sha256("\x1f".join(map(str, row[:-1])).encode()).hexdigest()[:16]}
        for row in rows
    ]
    if filled:
        connection.execute(sa.text("UPDATE runs SET checksum = :checksum WHERE run_id = :run_id"), filled)


def _fill_meta_keys() -> None:
    connection = op.get_bind()
    keys: dict[str, set[str]] = {}
    rows = connection.execute(
        sa.text("SELECT subject_id, document FROM ledger WHERE kind IN ('run', 'annotation') ORDER BY seq")
    )
    for run_id, document in rows:
        try:
            parsed = json.loads(document)
        except ValueError:
            continue  # an altered record stays found by what it was found by
        meta = parsed["meta"] if "meta" in parsed else parsed["body"]["meta"]
        known = keys.setdefault(run_id, set())
        known |= meta.keys()
        known -= {key for key, value in meta.items() if value is None}
    update = sa.text("UPDATE runs SET meta_keys = :keys WHERE run_id = :run_id")
    filled = [{"run_id": run_id, "keys": "\n".join(sorted(found))} for run_id, found in keys.items() if found]
    if filled:
        connection.execute(update, filled)
