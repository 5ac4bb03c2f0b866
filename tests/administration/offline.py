"""Offline commands as an administrator gives them, run inside the test's own process: an interpreter's start costs more
than most of them do. Where a command is killed or its exit is the point, `command` is what to start.
"""

import io
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

from runs_svc.__main__ import main


def command(*arguments: str | Path) -> list[str]:
    """What to start for a process of its own."""
    return [sys.executable, "-m", "runs_svc", *map(str, arguments)]


def offline(*arguments: str | Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    """The outcome of `python -m runs_svc …`: what it printed, and the code it ended with."""
    given = [str(argument) for argument in arguments]
    out, err = io.StringIO(), io.StringIO()
    with _environment(environment), redirect_stdout(out), redirect_stderr(err):
        try:
            code: int | str | None = main(given)
        except SystemExit as ended:
            code = ended.code
    return subprocess.CompletedProcess(given, int(code or 0), out.getvalue(), err.getvalue())


@contextmanager
def _environment(given: Mapping[str, str]) -> Iterator[None]:
    """The settings of the command and no others."""
    before = dict(os.environ)
    for name in [name for name in before if name.startswith("RMOS_")]:
        del os.environ[name]
    os.environ.update(given)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
