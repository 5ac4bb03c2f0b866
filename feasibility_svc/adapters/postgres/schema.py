"""The tables of the catalogue in PostgreSQL. The database's owner makes them; the servers' role only adds to them."""

import re

import psycopg
from psycopg import sql

from feasibility_svc.adapters.postgres.connections import connect, said_by
from rpckit.postgres_connection import BoundedConnection
from rpckit.settings import ConfigurationError

_TABLES = ("catalogue_journal", "catalogue_imports")
_CREATE = """
    CREATE TABLE IF NOT EXISTS catalogue_journal (
        place bigint PRIMARY KEY, line text COLLATE "C" NOT NULL, chain_sha256 text COLLATE "C" NOT NULL
    );
    CREATE TABLE IF NOT EXISTS catalogue_imports (
        place bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, event text COLLATE "C" NOT NULL
    );
    CREATE OR REPLACE FUNCTION rmos_catalogue_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END $$;
"""
_TRIGGER = """
    CREATE OR REPLACE TRIGGER {name} BEFORE {what} ON {table} FOR EACH {each}
    EXECUTE FUNCTION rmos_catalogue_refuse_change()
"""
_ROLE = re.compile(r"[A-Za-z_][A-Za-z0-9_$-]{0,62}")
_SETTINGS = "SELECT name FROM pg_settings WHERE name IN ('fsync', 'full_page_writes') AND setting <> 'on'"
_SUPERUSER = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
_THERE = "SELECT to_regclass(%s) IS NOT NULL"
_MAY = "SELECT has_table_privilege(current_user, %s, %s)"
_REMEDY = (
    "as the database's owner, run `python -m feasibility_svc catalogue create "
    "--catalog-url postgresql://OWNER@HOST/DATABASE --service-role ROLE`"
)


def create(url: str, service_role: str) -> None:
    """Make the tables, or leave them as they are, and give the servers' role what it needs. As the database's owner.

    Raises:
        ConfigurationError: The database cannot be reached, refuses, or has no such role.
    """
    if not _ROLE.fullmatch(service_role):
        raise ConfigurationError(f"--service-role: {service_role!r} is no name of a role")
    try:
        with connect(url) as connection, connection.transaction():
            connection.execute(_CREATE)
            for table in map(sql.Identifier, _TABLES):
                for what, each in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
                    name = sql.Identifier(f"refuses_{each.lower()}")
                    parts = {"name": name, "what": sql.SQL(what), "table": table, "each": sql.SQL(each)}
                    connection.execute(sql.SQL(_TRIGGER).format(**parts))
                role = sql.Identifier(service_role)
                connection.execute(sql.SQL("GRANT SELECT, INSERT ON {} TO {}").format(table, role))
    except psycopg.Error as error:
        raise ConfigurationError(f"the catalogue's database refuses: {said_by(error)}") from error


def check(url: str) -> None:
    """See that a database keeps what it takes, and that this server's role can change nothing in it.

    Raises:
        ConfigurationError: It does not; says what to do.
    """
    try:
        with connect(url) as connection:
            objection = _objection(connection)
    except psycopg.Error as error:
        raise ConfigurationError(f"the catalogue's database cannot be reached: {said_by(error)}") from error
    if objection:
        raise ConfigurationError(f"the database is not fit for the catalogue: {objection}")


def _objection(connection: BoundedConnection) -> str:
    for (name,) in connection.execute(_SETTINGS):
        return f"it does not keep what it commits through a power cut ({name} is off)"
    for (is_superuser,) in connection.execute(_SUPERUSER):
        if is_superuser:
            return f"this role is a superuser and may change entries; {_REMEDY}, and use that role"
    for table in _TABLES:
        if connection.execute(_THERE, [table]).fetchone() == (False,):
            return f"it lacks the table {table}; {_REMEDY}"
        for right in ("SELECT", "INSERT"):
            if connection.execute(_MAY, [table, right]).fetchone() == (False,):
                return f"this role may not {right} in {table}; {_REMEDY}"
        for right in ("UPDATE", "DELETE", "TRUNCATE", "TRIGGER"):
            if connection.execute(_MAY, [table, right]).fetchone() == (True,):
                return f"this role may {right} in {table}; take that away, or {_REMEDY}"
    return ""
