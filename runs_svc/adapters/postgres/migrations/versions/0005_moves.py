"""Stores on their way into this database, or out of it."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.execute(
        "CREATE TABLE moves (way text COLLATE \"C\" PRIMARY KEY CHECK (way IN ('in', 'out')), "
        "is_done boolean NOT NULL, place text NOT NULL)"
    )
