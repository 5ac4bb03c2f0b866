"""`python -m feasibility_svc catalogue`: the workshop's catalogue in a database, made, filled, and written out again.

Exit codes: 0 done · 2 cannot run with these arguments.
"""

from pathlib import Path
from typing import Annotated

import platformdirs
import typer

from feasibility_svc.adapters.postgres import copying, schema

app = typer.Typer(help=__doc__, no_args_is_help=True, add_completion=False)
catalogue = typer.Typer(help="The workshop's catalogue in PostgreSQL.", no_args_is_help=True)
app.add_typer(catalogue, name="catalogue")
CatalogUrl = Annotated[
    str, typer.Option("--catalog-url", envvar="RMOS_CATALOG_URL", help="postgresql://USER@HOST/DATABASE")
]
CatalogDir = Annotated[
    Path, typer.Option("--catalog-dir", envvar="RMOS_CATALOG_DIR", help="folder of the catalogue's journals")
]
ServiceRole = Annotated[str, typer.Option("--service-role", help="role of the servers, which may look and add")]
_USUAL = platformdirs.user_data_path("rmos") / "catalogue"


@catalogue.command()
def create(catalog_url: CatalogUrl, service_role: ServiceRole) -> None:
    """Make the tables, as the database's owner, and let the servers' role look at them and add to them."""
    schema.create(catalog_url, service_role)
    typer.echo(f"the catalogue's tables are there; {service_role} may look at them and add to them")


@catalogue.command("import")
def import_(catalog_url: CatalogUrl, catalog_dir: CatalogDir = _USUAL) -> None:
    """Copy the journals of a folder into a database that holds no entries yet, with its servers stopped."""
    count = copying.import_journals(catalog_dir, catalog_url)
    typer.echo(f"{count} lines of {catalog_dir} are in the database")


@catalogue.command()
def export(
    folder: Annotated[Path, typer.Argument(help="where the journals are written", file_okay=False)],
    catalog_url: CatalogUrl,
) -> None:
    """Write the catalogue of a database as journals, which a server reads as its RMOS_CATALOG_DIR. Servers may run."""
    typer.echo(f"{copying.export_journals(catalog_url, folder)} lines written to {folder}")
