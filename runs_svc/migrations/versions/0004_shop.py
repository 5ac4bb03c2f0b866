"""Patterns, strip families, jobs and imports: what each is found by."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_TABLES = {
    "patterns": (("title", "pattern_type", "strip_family_id"), (("ring_count", sa.Integer),)),
    "strip_families": (("title",), (("strip_count", sa.Integer),)),
    "jobs": (("status", "job_type", "pattern_id"), (("duration_s", sa.REAL),)),
    "imports": (("import_kind", "outcome", "source_sha256"), ()),
}


def upgrade() -> None:
    for table, (texts, numbers) in _TABLES.items():
        op.create_table(
            table,
            sa.Column("subject_id", sa.Text, primary_key=True),
            sa.Column("version", sa.Integer, nullable=False),
            sa.Column("created_at_utc", sa.Text, nullable=False),
            *(sa.Column(name, sa.Text, nullable=False) for name in texts),
            *(sa.Column(name, kind) for name, kind in numbers),
            sqlite_strict=True,
        )
        op.create_index(f"{table}_by_created", table, ["created_at_utc", "subject_id"])
        for name in (*texts, *(name for name, _ in numbers)):
            op.create_index(f"{table}_by_{name}", table, [name, "created_at_utc", "subject_id"])
