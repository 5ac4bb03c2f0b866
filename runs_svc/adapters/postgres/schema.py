"""The schema in PostgreSQL. The database's owner brings it up to date; the servers' role may only add to it."""

import re
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path

import sqlalchemy as sa

from rpckit.settings import ConfigurationError
from runs_svc.adapters.postgres.engine import open_offline_writer, open_reader
from runs_svc.adapters.postgres.failures import code_of
from runs_svc.adapters.sql.entity_indexes import ENTITY_INDEXES
from runs_svc.adapters.sql.migrations import Migrations
from runs_svc.adapters.sql.tables import APPEND_ONLY

_MIGRATIONS = Migrations(Path(str(resources.files("runs_svc") / "adapters" / "postgres" / "migrations")))
known = _MIGRATIONS.known
_LOCKED = "55P03"
_ONE_AT_A_TIME = "SELECT pg_advisory_lock(7269683)"
CHANGED = ("runs", "ledger_head", "leases", "publications", *(table.name for table in ENTITY_INDEXES.values()))
"""Tables whose rows follow from the records, and change with them."""
_READ = ("schema_migrations", "alembic_version")
_TURNS, _MOVES = ("turns",), ("moves",)
_ROLE = re.compile(r"[A-Za-z_][A-Za-z0-9_$-]{0,62}")


def applied(url: str) -> Mapping[str, str]:
    """Checksums of what was applied, by revision.

    Raises:
        ConfigurationError: As `Migrations.applied`, or the database cannot be reached.
    """
    engine = open_reader(url)
    try:
        with reached(engine) as connection:
            return _MIGRATIONS.applied(connection)
    finally:
        engine.dispose()


def migrate_url(url: str, *, service_role: str | None = None) -> Sequence[str]:
    """Bring the schema up to date; the revisions that were applied.

    Args:
        url: The database, as its owner.
        service_role: The role that the servers use: it may look at everything, and add records.

    Raises:
        ConfigurationError: As `applied`, or the role may not do this, or there is no such service role.
    """
    engine = open_offline_writer(url)
    try:
        with reached(engine) as guard:
            if service_role is not None:
                _require_role(guard, service_role)
            guard.exec_driver_sql(_ONE_AT_A_TIME)  # until this connection is closed
            added = _MIGRATIONS.migrate(engine)
            if service_role is not None:
                _grant(engine, service_role)
            return added
    except sa.exc.ProgrammingError as error:
        said = str(error.orig).splitlines()[0]
        raise ConfigurationError(f"the database refuses to bring its schema up to date: {said}") from error
    except sa.exc.OperationalError as error:
        if code_of(error) != _LOCKED:
            raise
        raise ConfigurationError("the schema is locked: another `schema apply` or a server is at work") from error
    finally:
        engine.dispose()


def reached(engine: sa.Engine) -> sa.Connection:
    """A connection.

    Raises:
        ConfigurationError: The database cannot be reached.
    """
    try:
        return engine.connect()
    except sa.exc.OperationalError as error:
        said = str(error.orig).splitlines()[0]
        raise ConfigurationError(f"the database cannot be reached: {said}") from error


def _require_role(connection: sa.Connection, role: str) -> None:
    if not _ROLE.fullmatch(role):
        raise ConfigurationError(f"{role!r} is no name of a role")
    if connection.execute(sa.text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role}).first() is None:
        raise ConfigurationError(f"there is no role {role}; make it first: createuser {role}")


def _grant(engine: sa.Engine, role: str) -> None:
    with engine.begin() as connection:
        schema = connection.execute(sa.text("SELECT current_schema()")).scalar_one()
        for rights, tables in (
            ("USAGE", [f'SCHEMA "{schema}"']),
            ("SELECT, INSERT", APPEND_ONLY),
            ("SELECT, INSERT, UPDATE", CHANGED),
            ("SELECT", _READ),
            ("SELECT, UPDATE", _TURNS),
            ("SELECT, INSERT, UPDATE, DELETE", _MOVES),
        ):
            for table in tables:
                connection.exec_driver_sql(f'GRANT {rights} ON {table} TO "{role}"')
