"""What a server looks at before it trusts a PostgreSQL database with records."""

from collections.abc import Iterator

import sqlalchemy as sa

from rpckit.settings import ConfigurationError
from runs_svc.adapters.postgres import schema
from runs_svc.adapters.postgres.engine import open_reader, open_unwatched_writer
from runs_svc.adapters.postgres.intake import refuse_moving
from runs_svc.adapters.postgres.transaction import HEAD
from runs_svc.adapters.sql import tables

_SETTINGS = sa.text(
    "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'data_checksums')"
)
_MISSING = {
    "fsync": "it does not make what it commits durable (fsync is off)",
    "full_page_writes": "a power cut can tear its pages (full_page_writes is off)",
    "data_checksums": "it would not notice damaged pages: stop it and run `pg_checksums --enable`",
}
_ENCODING = sa.text("SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()")
_SUPERUSER = sa.text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
_OWNER = sa.text(
    "SELECT pg_has_role(current_user, relowner, 'USAGE') FROM pg_class WHERE oid = CAST(:name AS regclass)"
)
_MAY = sa.text("SELECT has_table_privilege(current_user, :name, :right)")
_MAY_CHANGE_PARTS = sa.text("SELECT has_any_column_privilege(current_user, :name, 'UPDATE')")
_TRIGGERS = sa.text(
    "SELECT count(*) FROM pg_trigger "
    "WHERE tgrelid = CAST(:name AS regclass) AND NOT tgisinternal AND tgenabled IN ('O', 'A')"
)
_SESSION = sa.text("SELECT pg_backend_pid()")

_FORBIDDEN = ("UPDATE", "DELETE", "TRUNCATE", "TRIGGER")
# In one statement: between two of them another server records something.
_COUNTED = sa.select(HEAD.c.place, sa.select(sa.func.max(tables.ledger.c.seq)).scalar_subquery()).where(HEAD.c.id == 1)


def check_database(url: str) -> None:
    """See that a database keeps what it takes, and that this server's role can change nothing in it.

    Raises:
        ConfigurationError: It does not; says what to do.
    """
    _require_sessions(url)
    done = schema.applied(url)
    pending = [migration.revision for migration in schema.known() if migration.revision not in done]
    if pending:
        raise ConfigurationError(
            f"the database lacks the migrations {', '.join(pending)}; as its owner, run "
            "`python -m runs_svc schema apply --database-url postgresql://OWNER@HOST/DATABASE --service-role ROLE`"
        )
    engine = open_reader(url)
    try:
        with engine.connect() as connection:
            for objection in _objections(connection):
                raise ConfigurationError(f"the database is not fit for records: {objection}")
    finally:
        engine.dispose()


def _require_sessions(url: str) -> None:
    """See that a connection keeps its session, while another one is in a transaction.

    What sessions are told (to commit durably, to read only, when to give up) would hold for anybody's statements.

    Raises:
        ConfigurationError: It does not, or the database cannot be reached.
    """
    engine = open_unwatched_writer(url)
    try:
        with schema.reached(engine) as ours, schema.reached(engine) as others:
            before = ours.execute(_SESSION).scalar_one()
            ours.commit()
            others.execute(_SESSION)
            if ours.execute(_SESSION).scalar_one() != before:
                raise ConfigurationError(
                    "a pooler in front of the database gives connections no session of their own: "
                    "have it pool sessions (PgBouncer: pool_mode = session), or name the database itself"
                )
    finally:
        engine.dispose()


def _objections(connection: sa.Connection) -> Iterator[str]:
    for name, setting in connection.execute(_SETTINGS):
        if setting != "on":
            yield _MISSING[name]
    encoding = connection.execute(_ENCODING).scalar_one()
    if encoding != "UTF8":
        yield f"its texts are {encoding}, not UTF8; make it with `createdb --encoding UTF8`"
    if (moving := refuse_moving(connection)) is not None:
        yield moving
    yield from _rights(connection)
    place, newest = connection.execute(_COUNTED).one()
    if place != (newest or 0):
        yield f"it counts {place} records, and the newest one is at place {newest or 0}: restore a backup"


def _rights(connection: sa.Connection) -> Iterator[str]:
    role = connection.execute(sa.text("SELECT current_user")).scalar_one()
    remedy = "give the servers a role of their own (`schema apply --service-role`)"
    if connection.execute(_SUPERUSER).scalar_one():
        yield f"the role {role} is a superuser and may change records; {remedy}"
    for table in tables.APPEND_ONLY:
        if connection.execute(_OWNER, {"name": table}).scalar_one():
            yield f"the role {role} owns the table {table} and may change records; {remedy}"
        for right in _FORBIDDEN:
            if connection.execute(_MAY, {"name": table, "right": right}).scalar_one():
                yield f"the role {role} has the right to {right} {table}; take it away, or {remedy}"
        if connection.execute(_MAY_CHANGE_PARTS, {"name": table}).scalar_one():
            yield f"the role {role} has the right to UPDATE columns of {table}; take it away, or {remedy}"
        if connection.execute(_TRIGGERS, {"name": table}).scalar_one() < 2:
            yield f"the triggers that keep {table} from being changed are gone; restore a backup"
