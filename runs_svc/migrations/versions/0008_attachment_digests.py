"""Digests of what is attached, so that a file leads to its runs."""

import hashlib
import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_NOT_IN_CHECKSUM = "checksum"
_UPDATE = sa.text(
    "UPDATE runs SET attachment_digests = :attachment_digests, checksum = :checksum WHERE run_id = :run_id"
)


def upgrade() -> None:
    op.add_column("runs", sa.Column("attachment_digests", sa.Text, nullable=False, server_default=""))
    connection = op.get_bind()
    found = _digests(connection)
    rows = connection.execute(sa.text("SELECT * FROM runs")).mappings().all()
    filled = [_row(row, found.get(row["run_id"], set())) for row in rows]
    if filled:
        connection.execute(_UPDATE, filled)


def _row(row: Any, digests: set[str]) -> dict[str, str]:
    """The new column of a run and the checksum over all; one that was wrong before stays wrong."""
    before = [value for name, value in row.items() if name not in {_NOT_IN_CHECKSUM, "attachment_digests"}]
    joined = "\n".join(sorted(digests))
    sound = row[_NOT_IN_CHECKSUM] == _checksum(before)
    checksum = _checksum([*before, joined]) if sound else row[_NOT_IN_CHECKSUM]
    return {"run_id": row["run_id"], "attachment_digests": joined, "checksum": checksum}


def _checksum(values: list[Any]) -> str:
    return hashlib.sha256("\x1f".join(map(str, values)).encode()).hexdigest()[:16]


def _digests(connection: sa.Connection) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    rows = connection.execute(sa.text("SELECT subject_id, document FROM ledger WHERE kind IN ('run', 'attachment')"))
    for run_id, document in rows:
        try:
            parsed = json.loads(document)
        except ValueError:
            continue  # an altered record stays found by what it was found by
        items = [*parsed.get("attachments", []), parsed.get("attachment")]
        digests = {item["sha256"] for item in items if item}
        program = parsed.get("hashes", {}).get("gcode_sha256")
        found.setdefault(run_id, set()).update(digests | ({program} if program else set()))
    return found
