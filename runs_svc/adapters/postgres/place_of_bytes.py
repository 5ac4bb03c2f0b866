"""Which place keeps the bytes of a store in a database: the database remembers one, by an id that lies in that place.

It is a lease without an end. A server that kept attachments elsewhere would record runs whose attachments others lack.
"""

from dataclasses import dataclass

import sqlalchemy as sa

from rpckit.settings import ConfigurationError
from runs_svc.adapters.postgres.engine import open_offline_writer
from runs_svc.adapters.postgres.schema import reached

_NAME = "bytes"
_CLAIM = sa.text("""
    INSERT INTO leases AS held (name, holder, fence, until) VALUES (:name, :holder, 1, 'infinity')
    ON CONFLICT (name) DO UPDATE SET holder = CASE WHEN :is_new THEN held.holder ELSE :holder END
        WHERE split_part(held.holder, ' ', 1) = :id
            OR (:is_new AND substr(held.holder, strpos(held.holder, ' ') + 1) = :where)
    RETURNING split_part(holder, ' ', 1)
""")
_WHERE = sa.text("SELECT substr(holder, strpos(holder, ' ') + 1) FROM leases WHERE name = :name")


@dataclass(frozen=True, slots=True)
class Place:
    """A folder or a bucket that keeps bytes."""

    id: str
    """What lies in it as its name: hexadecimal digits."""
    where: str
    is_new: bool = False
    """Whether no id lies in it yet. Servers that start together on one each think of another id."""


def claim(url: str, place: Place) -> str:
    """Have a database remember a place, or see that it remembers this one, whatever that was called before; its id.

    Raises:
        ConfigurationError: It remembers another one, or cannot be reached.
    """
    given = {"id": place.id, "where": place.where, "is_new": place.is_new, "holder": f"{place.id} {place.where}"}
    engine = open_offline_writer(url)
    try:
        with reached(engine) as connection:
            kept_in = connection.execute(_CLAIM, {"name": _NAME, **given}).scalar_one_or_none()
            connection.commit()
            other = connection.execute(_WHERE, {"name": _NAME}).scalar_one_or_none()
    finally:
        engine.dispose()
    if kept_in is None:
        raise ConfigurationError(
            f"the attachments of this database are kept in {other}, and this server would keep them in {place.where}: "
            "the servers of a database need the same place. Give this one that folder or bucket; where it is gone for "
            f"good, the database's owner removes the row '{_NAME}' of the table leases"
        )
    return str(kept_in)
