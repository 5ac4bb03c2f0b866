"""`python -m runs_svc schema`: what the database's schema is, what would be applied, apply it."""

from typing import Annotated

import typer

from runs_svc.cli.offline import DatabaseUrl, RunsDir, console, settings_of
from runs_svc.composition import offline

app = typer.Typer(help="Look at the database's schema, and bring it up to date.", no_args_is_help=True)
ServiceRole = Annotated[
    str | None,
    typer.Option("--service-role", help="PostgreSQL: role of the servers, which may look at all and add records"),
]


@app.command()
def status(runs_dir: RunsDir = None, database_url: DatabaseUrl = None) -> None:
    """Every migration, and whether it is applied. Writes nothing."""
    for migration in offline.schema_migrations(settings_of(runs_dir, None, database_url)):
        state = "applied" if migration.applied else "pending"
        console.print(f"{migration.revision} {state:8} {migration.sha256[:12]} {migration.title}", markup=False)


@app.command()
def plan(runs_dir: RunsDir = None, database_url: DatabaseUrl = None) -> None:
    """The migrations that `apply` would apply. Writes nothing."""
    for migration in offline.schema_migrations(settings_of(runs_dir, None, database_url)):
        if not migration.applied:
            console.print(f"{migration.revision} {migration.title}", markup=False)


@app.command("apply")
def apply_(runs_dir: RunsDir = None, database_url: DatabaseUrl = None, service_role: ServiceRole = None) -> None:
    """Bring the schema up to date, in one transaction. A server on SQLite does the same when it starts; for PostgreSQL
    the database's owner does it here."""
    for revision in offline.upgrade_schema(settings_of(runs_dir, None, database_url), service_role=service_role):
        console.print(f"{revision} applied")
