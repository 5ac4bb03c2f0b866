"""Serial numbers and operators in the form in which they are compared, however they were typed."""

import hashlib
from typing import Any

import sqlalchemy as sa
from alembic import op

from foundation.names import canonical_label

revision = "0009"
down_revision = "0008"

_LABELS = ("instrument_serial", "operator")
_UPDATE = sa.text(
    "UPDATE runs SET instrument_serial = :instrument_serial, operator = :operator, checksum = :checksum"
    " WHERE run_id = :run_id"
)


def upgrade() -> None:
    connection = op.get_bind()
    rows = connection.execute(sa.text("SELECT * FROM runs WHERE instrument_serial != '' OR operator != ''")).mappings()
    filled = [_row(dict(row)) for row in rows.all()]
    if filled:
        connection.execute(_UPDATE, filled)


def _row(row: dict[str, Any]) -> dict[str, str]:
    """The new columns of a run and the checksum over all; one that was wrong before stays wrong."""
    labels = {name: canonical_label(row[name]) for name in _LABELS}
    sound = row["checksum"] == _checksum(row)
    checksum = _checksum(row | labels) if sound else row["checksum"]
    return {"run_id": row["run_id"], "checksum": checksum, **labels}


def _checksum(row: dict[str, Any]) -> str:
    values = [value for name, value in row.items() if name != "checksum"]
    return hashlib.sha256("\x1f".join(map(str, values)).encode()).hexdigest()[:16]
