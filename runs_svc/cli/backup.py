"""`python -m runs_svc backup` and `restore`: a copy that is proven equal, while a server runs; and back."""

import datetime
from pathlib import Path
from typing import Annotated

import typer

from foundation.timestamps import write_time
from rpckit.settings import ConfigurationError
from runs_svc.adapters import backup_files
from runs_svc.adapters.backup_files import Contents
from runs_svc.adapters.blobs.tree import BlobTree
from runs_svc.cli.offline import AttachmentsDir, RunsDir, console, progress, settings_of
from runs_svc.composition.store import own


def backup(
    target: Annotated[Path, typer.Argument(help="folder of the backup; an earlier one is brought up to date")],
    runs_dir: RunsDir = None,
    attachments_dir: AttachmentsDir = None,
) -> None:
    """Copy a store, while a server runs or not, and prove that the copy is equal.

    A backup is a store of its own: `fsck --runs-dir TARGET` checks it. Training exports are not in it; they can be made
    again from what is.
    """
    settings = settings_of(runs_dir, attachments_dir)
    if not settings.ledger_path.is_file():
        raise ConfigurationError(f"there is no store in {settings.runs_dir}")
    now = write_time(datetime.datetime.now(datetime.UTC))
    with progress("copying", None) as on_progress:
        blobs = BlobTree(settings.blobs_path)
        contents = backup_files.back_up(
            settings.ledger_path, blobs, target, created_at_utc=now, on_progress=on_progress
        )
    _tell(contents, "backed up")


def restore(
    source: Annotated[Path, typer.Argument(help="folder of the backup", exists=True, file_okay=False)],
    runs_dir: RunsDir = None,
    attachments_dir: AttachmentsDir = None,
) -> None:
    """Bring a backup back into an empty store, and prove that what arrived is equal."""
    settings = settings_of(runs_dir, attachments_dir)
    with own(settings), progress("restoring", None) as on_progress:
        contents = backup_files.restore(
            source, settings.ledger_path, settings.runs_dir, settings.blobs_path, on_progress=on_progress
        )
    _tell(contents, "restored")


def _tell(contents: Contents, done: str) -> None:
    console.print(f"{done}: {contents.records} records, {contents.blobs} blobs of {contents.blob_bytes} bytes")
    console.print(f"both sides read anew, equal: sha256 {contents.sha256}")
