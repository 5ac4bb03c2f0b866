"""Tables of the index fields of sessions, patterns, jobs and imports. They follow from the documents in the ledger."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from runs_svc.adapters.sql.tables import NUMBER, WHOLE, metadata


def _index_table(name: str, texts: Sequence[str], *others: sa.Column[Any]) -> sa.Table:
    return sa.Table(
        name,
        metadata,
        sa.Column("subject_id", sa.Text, primary_key=True),
        sa.Column("version", WHOLE, nullable=False),
        sa.Column("created_at_utc", sa.Text, nullable=False),
        *(sa.Column(text, sa.Text, nullable=False) for text in texts),
        *others,
        sqlite_strict=True,
    )


def _index(table: sa.Table, name: str, *columns: str) -> None:
    sa.Index(f"{table.name}_by_{name}", *(table.c[column] for column in (*columns, "created_at_utc", "subject_id")))


_SESSION_TEXTS = (
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
_sessions = _index_table("workflow_sessions", _SESSION_TEXTS)
_index(_sessions, "status", "status")
_index(_sessions, "type", "workflow_type")
_index(_sessions, "created")
_index(_sessions, "user", "user_id")
_index(_sessions, "machine", "machine_id")
_index(_sessions, "status_and_type", "status", "workflow_type")

_patterns = _index_table("patterns", ("title", "pattern_type", "strip_family_id"), sa.Column("ring_count", WHOLE))
_strip_families = _index_table("strip_families", ("title",), sa.Column("strip_count", WHOLE))
_jobs = _index_table("jobs", ("status", "job_type", "pattern_id"), sa.Column("duration_s", NUMBER))
_imports = _index_table("imports", ("import_kind", "outcome", "source_sha256"))
_ASSET_TEXTS = (
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
)
_assets = _index_table(
    "assets", _ASSET_TEXTS, *(sa.Column(name, NUMBER) for name in ("rating", "cost_usd", "confidence"))
)
_spend_entries = _index_table("spends", ("requester", "provider"), sa.Column("cost_usd", NUMBER))
_exports = _index_table("exports", ("digest",), sa.Column("image_count", NUMBER))
_maintenance = _index_table("maintenance", ("command", "outcome", "person"))
_BARE = {
    _assets: {"prompt", "rating", "cost_usd", "confidence"},
    _spend_entries: {"cost_usd"},
    _exports: {"image_count"},
}
"""Without an index of their own; the numbers of assets have one on an expression, which the migration creates."""
for _table in (_patterns, _strip_families, _jobs, _imports, _assets, _spend_entries, _exports, _maintenance):
    _index(_table, "created")
    for _column in _table.columns:
        if _column.name not in {"subject_id", "version", "created_at_utc", *_BARE.get(_table, ())}:
            _index(_table, _column.name, _column.name)

ENTITY_INDEXES: Mapping[str, sa.Table] = {
    "session": _sessions,
    "pattern": _patterns,
    "strip_family": _strip_families,
    "job": _jobs,
    "import": _imports,
    "asset": _assets,
    "spend": _spend_entries,
    "export": _exports,
    "maintenance": _maintenance,
}
"""By kind of record."""

SEARCH_INDEX: Mapping[str, sa.Table] = {
    "asset": sa.Table("asset_words", sa.MetaData(), sa.Column("rowid", sa.Integer), sa.Column("prompt", sa.Text))
}
"""By kind of record: the full-text table of a column that never changes, so that a rare word is found without looking
at each text. Its row ids are those of the index table. A migration creates it."""
