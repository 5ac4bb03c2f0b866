"""Progress of long work, where somebody looks: on standard error, if that is a terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TransferSpeedColumn,
)

from rmos_client.cli.console import error_console


@contextmanager
def transfer(title: str, total_bytes: int | None = None) -> Iterator[Callable[..., None]]:
    """Shows how far a transfer is; yields the function that is told the bytes done and, once known, those in all."""
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=error_console, disable=not error_console.is_terminal) as bar:
        task = bar.add_task(title, total=total_bytes)
        yield lambda done_bytes, all_bytes=None: bar.update(task, completed=done_bytes, total=all_bytes)


@contextmanager
def counting(title: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """Shows how many of some things are done; yields the function that is told. Total None: nobody knows it yet."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=error_console, disable=not error_console.is_terminal) as bar:
        task = bar.add_task(title, total=total)
        yield lambda done: bar.update(task, completed=done, total=None if total is None else max(total, done))
