"""A connection to PostgreSQL on which every wait has an end."""

import os
import socket
from contextlib import suppress
from typing import Any

import psycopg
from psycopg.abc import RV, PQGen
from psycopg.rows import TupleRow


def cut_line(connection: psycopg.Connection[Any]) -> None:
    """End what waits on a connection, from any thread. The connection is lost with it."""
    with suppress(Exception):  # it is lost already
        line = socket.socket(fileno=os.dup(connection.pgconn.socket))
        with line:
            line.shutdown(socket.SHUT_RDWR)


class BoundedConnection(psycopg.Connection[TupleRow]):
    """A connection that is closed once the database leaves a question unanswered for too long.

    `statement_timeout` is the database's own clock: one that is paused does not keep it. Nor does `tcp_user_timeout`
    help then, since its system still acknowledges what it is sent.
    """

    answer_within_s: float = 8.0
    """How long an answer may take. [s] More than the `statement_timeout`, so that a database that can say no does."""

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        """As the driver's, which waits without end where no timeout is given.

        Raises:
            psycopg.OperationalError: The answer took too long. The connection is closed.
        """
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, self.answer_within_s)
        except psycopg.errors._WaitTimeout as error:  # the driver has no public name for it
            self.close()
            raise psycopg.OperationalError(f"the database has not answered for {self.answer_within_s:g} s") from error
