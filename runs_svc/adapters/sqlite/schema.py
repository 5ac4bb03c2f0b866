"""The schema in SQLite."""

from collections.abc import Sequence
from importlib import resources
from pathlib import Path

import sqlalchemy as sa

from runs_svc.adapters.sql.migrations import Migrations
from runs_svc.adapters.sqlite.engine import open_writer

_MIGRATIONS = Migrations(Path(str(resources.files("runs_svc") / "migrations")))
known, applied, upgrade = _MIGRATIONS.known, _MIGRATIONS.applied, _MIGRATIONS.upgrade


def migrate(writer: sa.Engine) -> Sequence[str]:
    """As `Migrations.migrate`."""
    return _MIGRATIONS.migrate(writer)


def migrate_url(url: str) -> Sequence[str]:
    """As `migrate`, for the database at a URL."""
    writer = open_writer(url)
    try:
        return migrate(writer)
    finally:
        writer.dispose()
