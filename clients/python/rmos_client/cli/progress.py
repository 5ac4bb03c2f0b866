"""A progress bar for bytes on their way."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from rmos_client.cli.console import console


@contextmanager
def transfer(title: str, total_bytes: int) -> Iterator[Callable[[int], None]]:
    """Shows how far a transfer is; yields the function that updates it."""
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=console, transient=not console.is_terminal) as bar:
        task = bar.add_task(title, total=total_bytes)
        yield lambda done_bytes: bar.update(task, completed=done_bytes)
