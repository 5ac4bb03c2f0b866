"""Names of people in lists, in the form in which they are compared, however they were typed."""

import sqlalchemy as sa

from foundation.names import canonical_label

NAMES = (("assets", "requester"), ("spends", "requester"), ("workflow_sessions", "user_id"), ("maintenance", "person"))


def fill(connection: sa.Connection) -> None:
    """Bring the names that are there into that form."""
    for table, column in NAMES:
        given = connection.execute(sa.text(f"SELECT DISTINCT {column} FROM {table}")).scalars().all()
        changed = [{"given": name, "label": label} for name in given if (label := canonical_label(name)) != name]
        if changed:
            connection.execute(sa.text(f"UPDATE {table} SET {column} = :label WHERE {column} = :given"), changed)
