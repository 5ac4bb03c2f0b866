"""`python -m runs_svc schema`: what the database's schema is, what would be applied, apply it."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
import typer

from runs_svc.adapters.sqlite import schema
from runs_svc.adapters.sqlite.read_only import read_only_url
from runs_svc.cli.offline import RunsDir, console, settings_of
from runs_svc.composition.store import own
from runs_svc.config import RunsSettings

app = typer.Typer(help="Look at the database's schema, and bring it up to date.", no_args_is_help=True)


@app.command()
def status(runs_dir: RunsDir = None) -> None:
    """Every migration, and whether it is applied. Writes nothing."""
    done = _applied(settings_of(runs_dir, None))
    for migration in schema.known():
        state = "applied" if migration.revision in done else "pending"
        console.print(f"{migration.revision} {state:8} {migration.sha256[:12]} {migration.title}", markup=False)


@app.command()
def plan(runs_dir: RunsDir = None) -> None:
    """The migrations that `apply` would apply. Writes nothing."""
    for migration in _pending(_applied(settings_of(runs_dir, None))):
        console.print(f"{migration.revision} {migration.title}", markup=False)


@app.command("apply")
def apply_(runs_dir: RunsDir = None) -> None:
    """Bring the schema up to date, in one transaction. The server does the same when it starts."""
    settings = settings_of(runs_dir, None)
    with own(settings):
        for revision in schema.migrate_url(settings.ledger_url):
            console.print(f"{revision} applied")


def _applied(settings: RunsSettings) -> Mapping[str, str]:
    url = read_only_url(settings.ledger_url)
    if url is None:
        return {}
    engine = sa.create_engine(url, poolclass=sa.NullPool)  # nothing stays open
    with engine.connect() as connection:
        return schema.applied(connection)


def _pending(done: Mapping[str, str]) -> Sequence[schema.Migration]:
    return [migration for migration in schema.known() if migration.revision not in done]
