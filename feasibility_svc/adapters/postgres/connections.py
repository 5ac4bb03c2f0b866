"""Connections to the catalogue's database, and what its errors say."""

from rpckit.postgres_connection import BoundedConnection

_WAIT_S = 5


def connect(url: str) -> BoundedConnection:
    """A connection on which no question waits for long, also where the database is paused.

    Each statement is a transaction, unless one is begun.

    Raises:
        psycopg.Error: The database cannot be reached.
    """
    waits = f"-c statement_timeout={_WAIT_S}s -c lock_timeout={_WAIT_S}s -c idle_in_transaction_session_timeout=10s"
    return BoundedConnection.connect(
        url,
        autocommit=True,
        connect_timeout=_WAIT_S,
        keepalives_idle=10,
        keepalives_interval=5,
        keepalives_count=3,
        tcp_user_timeout=10_000,
        application_name="rmos feasibility_svc",
        options=f"{waits} -c synchronous_commit=on -c client_encoding=UTF8",
    )


def said_by(error: BaseException) -> str:
    """The first line of what the database or its driver says."""
    return next(iter(str(error).splitlines()), type(error).__name__)
