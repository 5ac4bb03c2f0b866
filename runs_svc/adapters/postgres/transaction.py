"""The transaction that adds to the ledger: one at a time, of all servers.

It begins by locking the one row that counts the places, and holds it to its commit. So the places of the ledger have no
gap, whoever has seen one has missed none before it, and what a transaction has looked up stays so until it commits: no
two servers ever decide on the same thing at the same time, and the database need not undo what collides.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from runs_svc.adapters.postgres.many_rows import insert_rows
from runs_svc.adapters.sql import tables
from runs_svc.domain.errors import StoreBusyError
from runs_svc.domain.runs.document import StoredDocument

CHANNEL = "rmos_ledger"
HEAD = sa.Table("ledger_head", sa.MetaData(), sa.Column("id", sa.Integer), sa.Column("place", tables.WHOLE))
MOVES = sa.Table(
    "moves", sa.MetaData(), sa.Column("way", sa.Text), sa.Column("is_done", sa.Boolean), sa.Column("place", sa.Text)
)
"""Of a store on its way into the database or out of it: as long as it is, no server adds anything."""
_MOVING = sa.select(sa.literal(1)).where(~MOVES.c.is_done).exists()
_LOCK = sa.select(HEAD.c.place).where(HEAD.c.id == 1).with_for_update()
_BEGIN = sa.select(HEAD.c.place, _MOVING).where(HEAD.c.id == 1).with_for_update(of=HEAD)
_MOVED = HEAD.update().where(HEAD.c.id == 1).values(place=sa.bindparam("last")).returning(HEAD.c.place).cte("moved")
_MOVE_AND_TELL = sa.select(sa.func.pg_notify(CHANNEL, sa.cast(_MOVED.c.place, sa.Text)))
_THERE = sa.select(sa.literal(1)).where(
    tables.ledger.c.subject_id == sa.bindparam("subject"),
    tables.ledger.c.ordinal == sa.bindparam("at"),
    tables.ledger.c.sha256 == sa.bindparam("digest"),
    tables.ledger.c.seq == sa.bindparam("place"),
)


@dataclass(frozen=True, slots=True)
class Witness:
    """A record that a transaction added: if it is there, so is all the rest."""

    place: int
    document: StoredDocument


class Transaction:
    """What a group of writes does with the ledger."""

    def __init__(self, connection: sa.Connection) -> None:
        """To be made at the beginning of a transaction.

        Raises:
            StoreBusyError: The store is moved: this server was started, or cut off, before that began.
        """
        self.connection = connection
        place, is_moving = connection.execute(_BEGIN).one()
        if is_moving:
            raise StoreBusyError("the store is being moved, or was; nothing was written, try again where it is now")
        self._place = self._before = int(place)
        self.witness: Witness | None = None

    def add(self, documents: Sequence[StoredDocument]) -> None:
        """Insert records at the next places."""
        if not documents:
            return
        if self.witness is None:
            self.witness = Witness(self._place + 1, documents[0])
        rows = [{"seq": self._place + 1 + index, **item._asdict()} for index, item in enumerate(documents)]
        insert_rows(self.connection, tables.ledger, rows)
        self._place += len(documents)

    def seal(self) -> None:
        """Store the last place, and have the listeners told once this is committed."""
        if self._place != self._before:
            self.connection.execute(_MOVE_AND_TELL, {"last": self._place})

    def savepoint(self) -> "_Savepoint":
        """Statements that are undone together when one of them fails."""
        return _Savepoint(self)


class _Savepoint:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._place, self._witness = transaction._place, transaction.witness  # its other half
        self._nested = transaction.connection.begin_nested()

    def __enter__(self) -> Transaction:
        return self._transaction

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if kind is None:
            self._nested.commit()
            return
        self._nested.rollback()
        self._transaction._place, self._transaction.witness = self._place, self._witness


def lock_head(connection: sa.Connection) -> int:
    """Wait until no other transaction adds to the ledger, and keep others out; the last place that was given."""
    return int(connection.execute(_LOCK).scalar_one())


def is_there(connection: sa.Connection, witness: Witness) -> bool:
    """Whether a transaction whose commit nobody answered is in the ledger. Decided: it holds its lock until then."""
    lock_head(connection)
    document = witness.document
    asked = {
        "subject": document.subject_id,
        "at": document.ordinal,
        "digest": document.sha256,
        "place": witness.place,
    }
    return connection.execute(_THERE, asked).first() is not None
