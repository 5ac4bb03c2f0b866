"""Rows of a ledger in PostgreSQL, as the publisher and a start read them: with the driver alone."""

from collections.abc import Sequence
from typing import Any

import psycopg

from rpckit.postgres_connection import BoundedConnection, cut_line
from runs_svc.adapters.archive.rows import COLUMNS, NotReadableNowError, Row, read_row
from runs_svc.adapters.durable_files import GROUP

_AFTER = f"SELECT {COLUMNS} FROM ledger WHERE seq > %s ORDER BY seq LIMIT %s"  # noqa: S608 # our own columns
_ONE = f"SELECT {COLUMNS} FROM ledger WHERE seq = %s"  # noqa: S608
_STATEMENT_S, _ANSWER_WITHIN_S = 30, 35.0


class Questions:
    """A connection that is asked, and made anew with the next question once it was lost."""

    def __init__(self, url: str, *, may_write: bool = False) -> None:
        self._url = url
        self._read_only = "off" if may_write else "on"
        self._connection: BoundedConnection | None = None
        self._stopped = False

    def stop(self) -> None:
        """End the question that is being asked, and refuse others. May be called from another thread."""
        self._stopped = True
        if (connection := self._connection) is not None:
            cut_line(connection)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def ask(self, question: str, values: Any = ()) -> Sequence[Any]:
        """Every row of an answer.

        Raises:
            NotReadableNowError: The database cannot be reached, or nobody waits for answers any more.
        """
        self._refuse_stopped()
        try:
            if self._connection is None or self._connection.closed:
                self._connection = BoundedConnection.connect(
                    self._url,
                    autocommit=True,
                    prepare_threshold=None,
                    connect_timeout=5,
                    application_name="rmos publisher",
                    options=f"-c statement_timeout={_STATEMENT_S}s -c default_transaction_read_only={self._read_only}",
                )
                self._connection.answer_within_s = _ANSWER_WITHIN_S
            self._refuse_stopped()  # again once there is a connection: `stop` finds it, or is found here
            return self._connection.execute(question.encode(), values).fetchall()
        except psycopg.Error as error:
            self.close()
            raise NotReadableNowError(str(error)) from error

    def _refuse_stopped(self) -> None:
        if self._stopped:
            raise NotReadableNowError("no questions are asked any more")


class PostgresRows:
    """Rows in their order."""

    def __init__(self, url: str) -> None:
        self._questions = Questions(url)

    def close(self) -> None:
        self._questions.close()

    def stop(self) -> None:
        """As `Questions.stop`."""
        self._questions.stop()

    def rows_after(self, place: int) -> Sequence[Row]:
        return [(row[0], read_row(row)) for row in self._ask(_AFTER, place, GROUP)]

    def one(self, place: int) -> Row:
        rows = self._ask(_ONE, place)
        return place, read_row(rows[0]) if rows else None

    def digest_at(self, place: int) -> str:
        rows = self._ask("SELECT sha256 FROM ledger WHERE seq = %s", place)
        return str(rows[0][0]) if rows else ""

    def newest_ever(self) -> int:
        """The last place that was given to a record."""
        return int(self._ask("SELECT place FROM ledger_head WHERE id = 1")[0][0])

    def lacks_record(self, kind: str, record_id: str) -> bool:
        return not self._ask("SELECT 1 FROM ledger WHERE kind = %s AND record_id = %s", kind, record_id)

    def lacks_link(self, subject_id: str, ordinal: int) -> bool:
        return not self._ask("SELECT 1 FROM ledger WHERE subject_id = %s AND ordinal = %s", subject_id, ordinal)

    def _ask(self, question: str, *values: object) -> Sequence[Any]:
        return self._questions.ask(question, values)
