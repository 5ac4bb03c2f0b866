"""`python -m runs_svc backup` and `restore`: a copy that is proven equal, while a server runs; and back."""

from pathlib import Path
from typing import Annotated

import typer

from runs_svc.cli.offline import AttachmentsDir, RunsDir, console, progress, settings_of
from runs_svc.composition import offline
from runs_svc.usecases.upkeep.backup import Contents


def backup(
    target: Annotated[Path, typer.Argument(help="folder of the backup; an earlier one is brought up to date")],
    runs_dir: RunsDir = None,
    attachments_dir: AttachmentsDir = None,
) -> None:
    """Copy a store, while a server runs or not, and prove that the copy is equal.

    A backup is a store of its own: `fsck --runs-dir TARGET` checks it. Training exports are not in it; they can be made
    again from what is.
    """
    contents = offline.back_up(settings_of(runs_dir, attachments_dir), target, progress=progress)
    _tell(contents, "backed up")


def restore(
    source: Annotated[Path, typer.Argument(help="folder of the backup", exists=True, file_okay=False)],
    runs_dir: RunsDir = None,
    attachments_dir: AttachmentsDir = None,
) -> None:
    """Bring a backup back into an empty store, and prove that what arrived is equal."""
    contents = offline.restore(settings_of(runs_dir, attachments_dir), source, progress=progress)
    _tell(contents, "restored")


def _tell(contents: Contents, done: str) -> None:
    console.print(f"{done}: {contents.records} records, {contents.blobs} blobs of {contents.blob_bytes} bytes")
    console.print(f"both sides read anew, equal: sha256 {contents.sha256}")
