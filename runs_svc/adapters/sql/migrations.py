"""Numbered migrations: each once, all that are pending in one transaction, with the checksums of their files."""

import ast
import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import sqlalchemy as sa

from rpckit.settings import ConfigurationError

_APPLIED = sa.Table(
    "schema_migrations",
    sa.MetaData(),
    sa.Column("revision", sa.Text, primary_key=True),
    sa.Column("sha256", sa.Text, nullable=False),
    sqlite_strict=True,
)
SHARED = Path(str(resources.files("runs_svc") / "migrations" / "shared"))


@dataclass(frozen=True, slots=True)
class Migration:
    """A migration as this version knows it."""

    revision: str
    source: bytes

    @property
    def title(self) -> str:
        """What it says it does."""
        return ast.get_docstring(ast.parse(self.source)) or ""

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.source).hexdigest()


class Migrations:
    """The migrations of one kind of database: its own, and after them those of every kind."""

    def __init__(self, folder: Path, *, shared: Path = SHARED) -> None:
        """Look in folders.

        Args:
            folder: Where its own are, in `versions`.
            shared: Where those of every kind are.
        """
        self._folder = folder
        self._places = (folder / "versions", shared)

    def known(self) -> Sequence[Migration]:
        """Every migration, first to last. A file's name begins with its revision."""
        paths = sorted((path for place in self._places for path in place.glob("[0-9]*.py")), key=lambda path: path.name)
        return [Migration(path.name[:4], path.read_bytes()) for path in paths]

    def applied(self, connection: sa.Connection) -> Mapping[str, str]:
        """Checksums of what was applied, by revision.

        Raises:
            ConfigurationError: The database comes from a newer version, or a migration was changed after it was
                applied.
        """
        names = sa.inspect(connection).get_table_names()
        if "alembic_version" in names:
            self._refuse_newer(connection)
        if _APPLIED.name not in names:
            return {}
        rows = connection.execute(sa.select(_APPLIED).order_by(_APPLIED.c.revision))
        found = {row.revision: row.sha256 for row in rows}
        checksums = {migration.revision: migration.sha256 for migration in self.known()}
        for revision, sha256 in found.items():
            if checksums.get(revision, sha256) != sha256:
                raise ConfigurationError(
                    f"migration {revision} has another checksum than when it was applied; restore the one that was"
                )
        return found

    def migrate(self, writer: sa.Engine) -> Sequence[str]:
        """Bring the schema up to date; the revisions that were applied.

        Raises:
            ConfigurationError: As `applied`.
        """
        with writer.connect() as connection:
            before = self.applied(connection)
            connection.rollback()
            added = [migration for migration in self.known() if migration.revision not in before]
            if added:
                self.upgrade(connection, "head")
                _APPLIED.create(connection, checkfirst=True)
                rows = [{"revision": item.revision, "sha256": item.sha256} for item in added]
                connection.execute(_APPLIED.insert(), rows)
                connection.commit()
        return [migration.revision for migration in added]

    def upgrade(self, connection: sa.Connection, revision: str) -> None:
        """Apply the migrations up to a revision."""
        from alembic import command  # only where something is pending: it takes half a second to load
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(self._folder))
        config.set_main_option("path_separator", "os")
        config.set_main_option("version_locations", os.pathsep.join(map(str, self._places)))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)

    def _refuse_newer(self, connection: sa.Connection) -> None:
        (current,) = connection.execute(sa.text("SELECT version_num FROM alembic_version")).one()
        revisions = [migration.revision for migration in self.known()]
        if current not in revisions:
            raise ConfigurationError(
                f"the database has schema {current}, this version knows up to {revisions[-1]}; update RMOS"
            )
