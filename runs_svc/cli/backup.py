"""`python -m runs_svc backup` and `restore`: a copy that is proven equal, while a server runs; and back."""

import os
from pathlib import Path
from typing import Annotated

import platformdirs
import typer

from runs_svc.cli.offline import AttachmentsDir, RunsDir, console, progress, settings_of
from runs_svc.composition import backup as backups
from runs_svc.usecases.upkeep.backup import Contents

CatalogDir = Annotated[
    Path,
    typer.Option("--catalog-dir", envvar="RMOS_CATALOG_DIR", help="folder of the workshop's own materials and tools"),
]
_CATALOG_URL = "RMOS_CATALOG_URL"
_CATALOG = platformdirs.user_data_path("rmos") / "catalogue"


def backup(
    target: Annotated[Path, typer.Argument(help="folder of the backup; an earlier one is brought up to date")],
    runs_dir: RunsDir = None,
    attachments_dir: AttachmentsDir = None,
    catalog_dir: CatalogDir = _CATALOG,
) -> None:
    """Copy a store and the workshop's catalogue, while servers run or not, and prove that the copy is equal.

    A backup is a store of its own: `fsck --runs-dir TARGET` checks it. Training exports are not in it; they can be made
    again from what is.
    """
    if os.environ.get(_CATALOG_URL):
        text = "the catalogue is in a database: copy it with `python -m feasibility_svc catalogue export"
        console.print(f"{text} {target / 'catalogue'}`")
    contents = backups.back_up(settings_of(runs_dir, attachments_dir), target, progress=progress)
    _tell(contents, "backed up")
    _tell_catalogue(backups.back_up_catalogue(catalog_dir, target), catalog_dir)


def restore(
    source: Annotated[Path, typer.Argument(help="folder of the backup", exists=True, file_okay=False)],
    runs_dir: RunsDir = None,
    attachments_dir: AttachmentsDir = None,
    catalog_dir: CatalogDir = _CATALOG,
) -> None:
    """Bring a backup back into an empty store, and prove that what arrived is equal."""
    backups.require_room_for_catalogue(source, catalog_dir)
    contents = backups.restore(settings_of(runs_dir, attachments_dir), source, progress=progress)
    _tell(contents, "restored")
    _tell_catalogue(backups.restore_catalogue(source, catalog_dir), catalog_dir)


def _tell_catalogue(catalogue: tuple[int, str] | None, folder: Path) -> None:
    if catalogue is None:
        console.print(f"no catalogue of the workshop's own: none in {folder}, or none in the backup")
    else:
        lines, sha256 = catalogue
        console.print(f"catalogue: {lines} lines, equal: sha256 {sha256}")


def _tell(contents: Contents, done: str) -> None:
    console.print(f"{done}: {contents.records} records, {contents.blobs} blobs of {contents.blob_bytes} bytes")
    console.print(f"both sides read anew, equal: sha256 {contents.sha256}")
