"""The ledger and everything it is found by, as SQLite has it since its ninth migration."""

# Texts are compared byte by byte. No key is over more than one subject, so that rows can be spread by subject (Citus,
# YugabyteDB, CockroachDB): the place of a record is unique because the one row of `ledger_head` is held while it is
# drawn. For the same reason nothing refers to another table.

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_APPEND_ONLY = ("ledger", "blobs", "idempotency_keys")
_TEXT = 'text COLLATE "C" NOT NULL'
_RUN_TEXTS = (
    "created_at_utc",
    "status",
    "mode",
    "tool_id",
    "material_id",
    "machine_id",
    "risk_level",
    "gate_decision",
    "event_type",
    "workflow_session_id",
    "request_id",
    "parent_run_id",
    "instrument_serial",
    "operator",
    "design_name",
    "meta_keys",
    "legal_hold",
    "withdrawn",
    "checksum",
    "attachment_digests",
)
_RUN_INDEXED = (
    "status",
    "mode",
    "tool_id",
    "material_id",
    "machine_id",
    "risk_level",
    "gate_decision",
    "request_id",
)
_RUN_USUAL = {
    "event_type": "",
    "workflow_session_id": "",
    "parent_run_id": "",
    "instrument_serial": "",
    "operator": "",
    "legal_hold": "no",
}
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
_FLOAT = "double precision"
_COUNTED = ("_count", "_s")
"""How names of numbers end."""
_ENTITIES: Mapping[str, tuple[Sequence[str], Mapping[str, str], Sequence[str]]] = {
    "workflow_sessions": (_SESSION_TEXTS, {}, ("status", "workflow_type", "user_id", "machine_id")),
    "patterns": (
        ("title", "pattern_type", "strip_family_id"),
        {"ring_count": "bigint"},
        ("title", "pattern_type", "strip_family_id", "ring_count"),
    ),
    "strip_families": (("title",), {"strip_count": "bigint"}, ("title", "strip_count")),
    "jobs": (
        ("status", "job_type", "pattern_id"),
        {"duration_s": _FLOAT},
        ("status", "job_type", "pattern_id", "duration_s"),
    ),
    "imports": (
        ("import_kind", "outcome", "source_sha256"),
        {},
        ("import_kind", "outcome", "source_sha256"),
    ),
    "assets": (
        _ASSET_TEXTS,
        {"rating": _FLOAT, "cost_usd": _FLOAT, "confidence": _FLOAT},
        tuple(name for name in _ASSET_TEXTS if name != "prompt"),
    ),
    "spends": (("requester", "provider"), {"cost_usd": _FLOAT}, ("requester", "provider")),
    "exports": (("digest",), {"image_count": _FLOAT}, ("digest",)),
    "maintenance": (("command", "outcome", "person"), {}, ("command", "outcome", "person")),
}
"""Texts and numbers of each kind of entity, and which of them have an index."""
_REFUSE = """
    CREATE FUNCTION rmos_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END $$
"""


def upgrade() -> None:
    named = ("kind", "record_id", "subject_id", "partition", "sha256", "previous_sha256")
    columns = ["seq bigint NOT NULL", "ordinal bigint NOT NULL", "document bytea NOT NULL"]
    _create("ledger", [*columns, *(f"{name} {_TEXT}" for name in named)], "subject_id, ordinal")
    op.execute("CREATE UNIQUE INDEX ledger_record ON ledger (subject_id, kind, record_id)")
    op.execute("CREATE INDEX ledger_by_record ON ledger (kind, record_id)")
    op.execute("CREATE INDEX ledger_by_place ON ledger (seq)")
    op.execute("CREATE TABLE ledger_head (id integer PRIMARY KEY CHECK (id = 1), place bigint NOT NULL)")
    op.execute("INSERT INTO ledger_head VALUES (1, 0)")
    _create("runs", [f"run_id {_TEXT}", *(f"{name} {_TEXT}" for name in _RUN_TEXTS), f"score {_FLOAT}"], "run_id")
    op.execute("CREATE INDEX runs_by_time ON runs (created_at_utc, run_id)")
    for name in _RUN_INDEXED:
        _index("runs", name, key="run_id")
    for name, usual in _RUN_USUAL.items():
        _index("runs", name, key="run_id", where=f" WHERE {name} != '{usual}'")
    _create(
        "blobs",
        [f"sha256 {_TEXT}", "size_bytes bigint NOT NULL", "chunk_sha256 bytea NOT NULL", f"created_at_utc {_TEXT}"],
        "sha256",
    )
    _create(
        "idempotency_keys",
        [f"key {_TEXT}", f"payload_sha256 {_TEXT}", f"run_id {_TEXT}", f"created_at_utc {_TEXT}"],
        "key",
    )
    for table, (texts, numbers, indexed) in _ENTITIES.items():
        columns = [f"subject_id {_TEXT}", "version bigint NOT NULL", f"created_at_utc {_TEXT}"]
        columns += [f"{name} {_TEXT}" for name in texts]
        _create(table, [*columns, *(f"{name} {kind}" for name, kind in numbers.items())], "subject_id")
        op.execute(f"CREATE INDEX {table}_by_created ON {table} (created_at_utc, subject_id)")
        for name in indexed:
            _index(table, name, key="subject_id")
    for name in ("rating", "cost_usd", "confidence"):  # lists are ordered by the number, where none counts as -1
        op.execute(f"CREATE INDEX assets_by_{name} ON assets (coalesce({name}, -1.0), created_at_utc, subject_id)")
    _index_words()
    op.execute(_REFUSE)
    for table in _APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION rmos_refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_refuses_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION rmos_refuse_change()"
        )


def _create(table: str, columns: Sequence[str], key: str) -> None:
    op.execute(f"CREATE TABLE {table} ({', '.join(columns)}, PRIMARY KEY ({key}))")


def _index(table: str, name: str, *, key: str, where: str = "") -> None:
    """An index on the beginning of a text: a row of an index has room for 2.7 kB, and nobody looks further."""
    indexed = name if name.endswith(_COUNTED) else f"left({name}, 200)"
    op.execute(f"CREATE INDEX {table}_by_{name} ON {table} ({indexed}, created_at_utc, {key}){where}")


def _index_words() -> None:
    """Parts of words are found without looking at each text where the database has trigrams; else by looking."""
    connection = op.get_bind()
    found = connection.execute(sa.text("SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'")).first()
    if found is not None:
        op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        op.execute("CREATE INDEX asset_words ON assets USING gin (lower(prompt) gin_trgm_ops)")
