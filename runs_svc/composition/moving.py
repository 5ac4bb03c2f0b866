"""Moving a store, put together: from where it is to another database and another place for its bytes."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rpckit.settings import ConfigurationError
from runs_svc.adapters.archive.place import begin_place
from runs_svc.adapters.archive.tree import days
from runs_svc.adapters.durable_files import sync_directory, sync_file
from runs_svc.adapters.sqlite.intake import SqliteIntake
from runs_svc.composition.offline import ShowProgress, blobs_of, ledger_of, name_of, silent
from runs_svc.composition.place_of_bytes import claim_place
from runs_svc.composition.store import MOVED, own
from runs_svc.config import RunsSettings
from runs_svc.ports.moving import MoveTarget
from runs_svc.usecases.upkeep.move_store import Moved, MoveStore

if TYPE_CHECKING:
    from runs_svc.adapters.postgres.intake import PostgresIntake


def copy(settings: RunsSettings, target: RunsSettings, *, progress: ShowProgress = silent) -> Moved:
    """Copy what a target lacks, while servers go on; to be done again as often as need be.

    Raises:
        ConfigurationError: The target is the store itself, not empty, or not to be reached; the store is damaged; or
            another mover is at work.
    """
    with ExitStack() as left:
        _keep_others_away(settings, left)
        move, _ = left.enter_context(_moving(settings, target))
        with progress("copying", None) as on_progress:
            return move.copy(on_progress=on_progress)


def switch(settings: RunsSettings, target: RunsSettings, *, progress: ShowProgress = silent) -> Moved:
    """Copy the rest of a store that no server uses, compare everything, and have the target count.

    The old store counts no more before the new one does: where this is broken off no server starts on either, and doing
    it again goes on.

    Raises:
        ConfigurationError: As `copy`, servers use the store, or something differs.
    """
    with ExitStack() as left:
        left.enter_context(own(settings, moving_to=name_of(target)))
        require_alone = _keep_others_away(settings, left)
        undo = left.enter_context(ExitStack())
        if settings.is_postgres:
            from runs_svc.adapters.postgres.intake import leave

            undo.callback(leave(settings.ledger_url, name_of(target)))
        move, intake = left.enter_context(_moving(settings, target))
        with progress("copying", None) as on_progress:
            moved = move.copy(on_progress=on_progress)
        with progress("comparing", None) as on_progress:
            move.compare(on_progress=on_progress)
        require_alone()
        claim_place(target)
        if not settings.is_postgres:
            _mark(settings.runs_dir / MOVED, name_of(target))
            undo.callback((settings.runs_dir / MOVED).unlink)
        if target.blobs_url is None:
            begin_place(target.runs_dir)
        undo.pop_all()  # before: whether the new store counts is not certain where its database does not answer
        intake.settle()
        return moved


def target_of(settings: RunsSettings, url: str, blobs: str | None, runs_dir: Path | None) -> RunsSettings:
    """Where a store is to be moved to.

    Raises:
        ConfigurationError: It is no place for one, or the store itself.
    """
    bucket = blobs if blobs is not None and blobs.startswith("s3://") else None
    folder = Path(blobs) if blobs is not None and bucket is None else None
    path = url.partition(":///")[2].partition("?")[0]
    beside = Path(path).parent if url.startswith("sqlite") else settings.runs_dir
    found = RunsSettings(runs_dir=runs_dir or beside, database_url=url, blobs_url=bucket, attachments_dir=folder)
    if found.ledger_url == settings.ledger_url:
        raise ConfigurationError("the target is the store itself")
    return found


def _keep_others_away(settings: RunsSettings, left: ExitStack) -> Callable[[], None]:
    """Be the only mover out of a store in a database; returns what sees that this is still so.

    Raises:
        ConfigurationError: Another one is at work.
    """
    if not settings.is_postgres:
        return lambda: None  # a store in files has one owner, and its target one name
    from runs_svc.adapters.postgres.mover import OUT_OF, SoleMover

    mover = SoleMover(settings.ledger_url, OUT_OF)
    left.callback(mover.close)

    def require_alone() -> None:
        with mover.still_alone():
            pass

    return require_alone


@contextmanager
def _moving(settings: RunsSettings, target: RunsSettings) -> Iterator[tuple[MoveStore, MoveTarget]]:
    if not settings.is_postgres and not settings.ledger_path.is_file():
        raise ConfigurationError(f"there is no store in {settings.runs_dir}")
    with ExitStack() as opened:
        source = opened.enter_context(ledger_of(settings))
        if source.newest() == 0:
            raise ConfigurationError("the store holds nothing: start the servers on the new place")
        _refuse_published(settings, target)
        intake = _intake(settings, target)
        opened.callback(intake.close)
        yield MoveStore(source, blobs_of(settings), intake, blobs_of(target)), intake


def _intake(settings: RunsSettings, target: RunsSettings) -> "SqliteIntake | PostgresIntake":
    if not target.is_postgres:
        return SqliteIntake(target.ledger_path)
    from runs_svc.adapters.postgres.intake import PostgresIntake

    return PostgresIntake(target.ledger_url, source=name_of(settings))


def _refuse_published(settings: RunsSettings, target: RunsSettings) -> None:
    """See that no other store has published where a target will.

    Raises:
        ConfigurationError: One has.
    """
    if target.blobs_url == settings.blobs_url and (
        target.blobs_url is not None or target.runs_dir.resolve() == settings.runs_dir.resolve()
    ):
        return  # the published documents stay where they are
    if target.blobs_url is None:
        names = [day.name for day in days(target.runs_dir)]
    else:
        from runs_svc.adapters.postgres.publication import Progress
        from runs_svc.adapters.s3.bucket import open_bucket
        from runs_svc.adapters.s3.offline import BucketArchive

        names = BucketArchive(open_bucket(target.blobs_url), Progress()).newest_runs()
    if names:
        place = target.blobs_url or target.runs_dir
        raise ConfigurationError(f"{place} holds published documents already ({names[-1]}); give an empty place")


def _mark(path: Path, target: str) -> None:
    staged = path.with_name(f"{path.name}.new")
    staged.write_text(f"{target}{os.linesep}")
    sync_file(staged)
    staged.rename(path)
    sync_directory(path.parent)
