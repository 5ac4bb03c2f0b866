"""Advisory assets, spending and training exports: what each is found by."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_TABLES = {
    "assets": (
        (
            "state",
            "asset_type",
            "provider",
            "model",
            "requester",
            "category",
            "body_shape",
            "finish",
            "is_favorite",
            "rejection_reason",
            "prompt",
            "prompt_sha256",
            "content_sha256",
            "perceptual_hash",
        ),
        ("rating", "cost_usd", "confidence"),
        {"prompt"},
    ),
    "spends": (("requester", "provider"), ("cost_usd",), {"cost_usd"}),
    "exports": (("digest",), ("image_count",), {"image_count"}),
}
"""Texts and numbers of each table, and which of them have no index."""


def upgrade() -> None:
    for table, (texts, numbers, bare) in _TABLES.items():
        op.create_table(
            table,
            sa.Column("subject_id", sa.Text, primary_key=True),
            sa.Column("version", sa.Integer, nullable=False),
            sa.Column("created_at_utc", sa.Text, nullable=False),
            *(sa.Column(name, sa.Text, nullable=False) for name in texts),
            *(sa.Column(name, sa.REAL) for name in numbers),
            sqlite_strict=True,
        )
        op.create_index(f"{table}_by_created", table, ["created_at_utc", "subject_id"])
        for name in texts:
            if name not in bare:
                op.create_index(f"{table}_by_{name}", table, [name, "created_at_utc", "subject_id"])
        for name in numbers:
            if name not in bare:  # lists are ordered by the number, where none counts as -1
                op.execute(
                    f"CREATE INDEX {table}_by_{name} ON {table} (coalesce({name}, -1.0), created_at_utc, subject_id)"
                )
