"""`python -m runs_svc move`: move a store to another database and another place for its bytes."""

from pathlib import Path
from typing import Annotated

import typer

from runs_svc.cli.offline import AttachmentsDir, DatabaseUrl, RunsDir, console, progress, settings_of
from runs_svc.composition import moving

To = Annotated[str, typer.Option("--to", help="postgresql://USER@HOST/DATABASE, or sqlite:///PATH")]
BlobsTo = Annotated[str | None, typer.Option("--blobs-to", help="s3://BUCKET/PREFIX, or a folder")]
Switch = Annotated[
    bool, typer.Option("--switch", help="with the servers stopped: copy the rest, compare, and have the new one count")
]
NewRunsDir = Annotated[Path | None, typer.Option("--runs-dir-to", help="root of the new run store; default: the same")]


def move(
    to: To,
    blobs_to: BlobsTo = None,
    switch: Switch = False,
    runs_dir_to: NewRunsDir = None,
    runs_dir: RunsDir = None,
    attachments_dir: AttachmentsDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Copy a store while servers go on; then, with them stopped, switch to the copy."""
    settings = settings_of(runs_dir, attachments_dir, database_url)
    target = moving.target_of(settings, to, blobs_to, runs_dir_to)
    if not switch:
        moved = moving.copy(settings, target, progress=progress)
        console.print(f"{moved.records} records and {moved.blobs} blobs copied, up to place {moved.newest_place}")
        console.print("to switch, stop the servers and run the same command with --switch")
        return
    moved = moving.switch(settings, target, progress=progress)
    console.print(f"{moved.records} records and {moved.blobs} blobs copied, up to place {moved.newest_place}")
    console.print("everything is there and equal: start the servers on the new store; the old one counts no more")
