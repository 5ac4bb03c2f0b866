"""The one place that removes from a database in PostgreSQL, as its owner, run by the administrator while no server is
connected: the note that a blob is durable, once its bytes are garbage.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from rpckit.settings import ConfigurationError
from runs_svc.adapters.postgres.engine import open_offline_writer
from runs_svc.adapters.postgres.intake import require_no_servers
from runs_svc.adapters.postgres.transaction import lock_head
from runs_svc.adapters.sql import tables
from runs_svc.domain.ids import Digest

_OWNS = sa.text("SELECT pg_has_role(current_user, relowner, 'USAGE') FROM pg_class WHERE oid = CAST(:name AS regclass)")
_SAME = sa.text("SELECT current_database(), inet_server_port(), pg_postmaster_start_time()")


class BlobNotes:
    """The notes of durable blobs, to be removed as the owner of the database."""

    def __init__(self, owner_url: str, service_url: str) -> None:
        """The notes in a database.

        Args:
            owner_url: The database, as its owner.
            service_url: The same one, as the servers.

        Raises:
            ConfigurationError: It cannot be reached, is another one, belongs to somebody else, or servers use it.
        """
        self._engine = open_offline_writer(owner_url)
        try:
            with self._engine.connect() as connection:
                self._require_owner(connection, service_url)
                require_no_servers(connection)
        except sa.exc.DBAPIError as error:
            said = str(error.orig).splitlines()[0]
            raise ConfigurationError(f"--owner-url: the database cannot be reached: {said}") from error

    def remove(self, digests: Sequence[Digest]) -> None:
        """Remove notes, in one transaction that keeps everybody else from adding any.

        Raises:
            ConfigurationError: A server has come.
        """
        if not digests:
            return
        table = tables.blobs
        with self._engine.begin() as connection:
            lock_head(connection)
            connection.exec_driver_sql(f"ALTER TABLE {table.name} DISABLE TRIGGER {table.name}_refuses_change")
            statement = sa.delete(table).where(table.c.sha256 == sa.bindparam("value"))
            connection.execute(statement, [{"value": digest.sha256} for digest in digests])
            connection.exec_driver_sql(f"ALTER TABLE {table.name} ENABLE TRIGGER {table.name}_refuses_change")
            require_no_servers(connection)

    def close(self) -> None:
        self._engine.dispose()

    def _require_owner(self, connection: sa.Connection, service_url: str) -> None:
        there = open_offline_writer(service_url)
        try:
            with there.connect() as other:
                if tuple(other.execute(_SAME).one()) != tuple(connection.execute(_SAME).one()):
                    raise ConfigurationError("--owner-url: this is another database than RMOS_DATABASE_URL names")
        finally:
            there.dispose()
        if not connection.execute(_OWNS, {"name": tables.blobs.name}).scalar_one():
            raise ConfigurationError(
                "--owner-url: this role does not own the tables; give the one that applied the schema"
            )
