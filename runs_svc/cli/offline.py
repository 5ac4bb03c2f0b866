"""What the offline commands share: options, settings, a progress bar, a report."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from rpckit import settings
from rpckit.settings import ConfigurationError
from runs_svc.cli.plain_console import PlainConsole
from runs_svc.composition.offline import is_there
from runs_svc.config import RunsSettings

RunsDir = Annotated[Path | None, typer.Option("--runs-dir", help="root of the run store [RMOS_RUNS_DIR]")]
AttachmentsDir = Annotated[
    Path | None, typer.Option("--attachments-dir", help="root of the attachments [RMOS_ATTACHMENTS_DIR]")
]
DatabaseUrl = Annotated[str | None, typer.Option("--database-url", help="ledger database [RMOS_DATABASE_URL]")]
ReportFile = Annotated[Path | None, typer.Option("--report", help="write what was found of each record, as JSON")]

console = PlainConsole(highlight=False, soft_wrap=True, markup=False, emoji=False)


def settings_of(runs_dir: Path | None, attachments_dir: Path | None, database_url: str | None = None) -> RunsSettings:
    """The server's own settings, with what stands on the command line first.

    Raises:
        ConfigurationError: As `configuration.load`.
    """
    flags = {"--runs-dir": runs_dir, "--attachments-dir": attachments_dir, "--database-url": database_url}
    arguments = [part for flag, value in flags.items() if value is not None for part in (flag, str(value))]
    return settings.load(RunsSettings, program="runs_svc", arguments=arguments, environ=os.environ)


def store_of(runs_dir: Path | None, attachments_dir: Path | None) -> RunsSettings:
    """As `settings_of`, for a store that must be there.

    Raises:
        ConfigurationError: Nothing in the folder is of a store.
    """
    found = settings_of(runs_dir, attachments_dir)
    if not is_there(found):
        raise ConfigurationError(f"there is no store in {found.runs_dir}")
    return found


@contextmanager
def progress(title: str, total: int | None) -> Iterator[Callable[[object], None]]:
    """Shows how many of a number, where it is known, are done; yields the function that counts one."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=not console.is_terminal) as bar:
        task = bar.add_task(title, total=total)
        yield lambda _: bar.advance(task)


def write_report(path: Path | None, report: Mapping[str, object]) -> None:
    """Write a report as JSON, where a file is named."""
    if path is not None:
        path.write_bytes(orjson.dumps(report, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS))
