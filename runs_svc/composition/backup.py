"""Backups put together: of a store in files or in a database and a bucket, into a folder; and back into either."""

from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

from runs_svc.adapters.archive.place import begin_place
from runs_svc.adapters.backup_files import Origin, StorePaths, backup_of, read_manifest, restoring, store_in_files
from runs_svc.adapters.backup_into_database import BackupIntoDatabase
from runs_svc.adapters.catalogue_copy import FOLDER, Catalogue, copy_catalogue, require_empty
from runs_svc.adapters.sqlite.intake import write_new
from runs_svc.composition.offline import ShowProgress, blobs_of, ledger_of, name_of, now_utc, silent
from runs_svc.composition.place_of_bytes import claim_place
from runs_svc.composition.store import own
from runs_svc.config import RunsSettings
from runs_svc.ports.moving import MovedLedger, MoveTarget
from runs_svc.usecases.upkeep import backup
from runs_svc.usecases.upkeep.backup import Contents
from runs_svc.usecases.upkeep.copy_records import copy_blob_notes, copy_records


def back_up(settings: RunsSettings, target: Path, *, progress: ShowProgress = silent) -> Contents:
    """Copy a store, while servers run or not, and prove that the copy is equal; what it holds.

    Raises:
        ConfigurationError: There is no store, it is damaged or cannot be reached, or the copy differs from it.
    """
    with progress("copying", None) as on_progress:
        return backup.back_up(backup_of(_origin(settings), target), created_at_utc=now_utc(), on_progress=on_progress)


def restore(settings: RunsSettings, source: Path, *, progress: ShowProgress = silent) -> Contents:
    """Bring a backup back into an empty store, and prove that what arrived is equal; what it holds.

    Raises:
        ConfigurationError: The backup is not complete, the place is taken, or what arrived differs.
    """
    with own(settings), progress("restoring", None) as on_progress:
        if not settings.is_postgres:
            return backup.restore(restoring(source, _paths(settings)), on_progress=on_progress)
        return _restore_into_database(settings, source, on_progress)


def _restore_into_database(settings: RunsSettings, source: Path, on_progress: Callable[[object], None]) -> Contents:
    from runs_svc.adapters.postgres.intake import PostgresIntake

    read_manifest(source)  # a folder that is none leaves the database as it is
    with closing(PostgresIntake(settings.ledger_url, source=f"the backup {source}")) as intake:
        copy = BackupIntoDatabase(source, intake, blobs_of(settings), name=name_of(settings), copy=_copy)
        if settings.blobs_url is None:
            begin_place(settings.runs_dir)
        claim_place(settings)  # before the restored store counts
        return backup.restore(copy, on_progress=on_progress)


def _origin(settings: RunsSettings) -> Origin:
    if not settings.is_postgres:
        return store_in_files(_paths(settings))
    ledger = partial(ledger_of, settings)

    def take(path: Path) -> None:
        with ledger() as source:
            write_new(path, partial(_copy, source))

    return Origin(name_of(settings), lambda: True, ledger, blobs_of(settings), take)


def _copy(source: MovedLedger, target: MoveTarget) -> None:
    copy_blob_notes(source, target)
    copy_records(source, target, on_progress=lambda _: None)


def back_up_catalogue(folder: Path, target: Path) -> Catalogue | None:
    """Copy the workshop's catalogue into a backup; None where there is none.

    Raises:
        ConfigurationError: The copy differs.
    """
    return copy_catalogue(folder, target / FOLDER)


def require_room_for_catalogue(source: Path, folder: Path) -> None:
    """See that the catalogue of a backup, if it has one, may come back.

    Raises:
        ConfigurationError: There is a catalogue already.
    """
    if (source / FOLDER).is_dir():
        require_empty(folder)


def restore_catalogue(source: Path, folder: Path) -> Catalogue | None:
    """Bring the catalogue of a backup back; None where it has none.

    Raises:
        ConfigurationError: There is a catalogue already, or the copy differs.
    """
    require_room_for_catalogue(source, folder)
    return copy_catalogue(source / FOLDER, folder)


def _paths(settings: RunsSettings) -> StorePaths:
    """Where the parts of a store in files lie."""
    return StorePaths(settings.runs_dir, settings.ledger_path, settings.blobs_path)
