"""An end for everything a test of the page waits for: commands, locks, the browser and its driver."""

import os
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile

import psutil

_KILL_S = 10.0


def run_to_end(command: list[str], *, folder: Path, environment: Mapping[str, str], limit_s: float) -> None:
    """Run a command that must succeed; at its limit it is ended with everything it started.

    What it says goes to a file: a pipe would stay open as long as anything it started lives.

    Raises:
        AssertionError: It failed, or took longer than `limit_s`; with the end of what it said.
    """
    with TemporaryFile() as said:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=said, stderr=said,
            start_new_session=True,
        )  # fmt: skip
        try:
            code: int | None = process.wait(limit_s)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(_KILL_S)
        said.seek(0)
        text = said.read().decode(errors="replace")[-4_000:]
    named = " ".join(command)
    assert code is not None, f"`{named}` had not ended after {limit_s:g} s:\n{text}"
    assert code == 0, f"`{named}` failed with {code}:\n{text}"


@contextmanager
def browser_ended_after(limit_s: float, doing: str) -> Iterator[None]:
    """Kill the browser and its driver if the block takes longer: calls of Playwright that wait for them then fail.

    Not every call of Playwright has a time limit of its own (`evaluate` and `close` have none).

    Raises:
        AssertionError: It was so.
    """
    late = threading.Event()

    def end() -> None:
        late.set()
        _kill_browsers()

    timer = threading.Timer(limit_s, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        if late.is_set():
            raise AssertionError(f"{doing} took longer than {limit_s:g} s, so the browser was ended")


def _kill_browsers() -> None:
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            if any("playwright" in word or "chrom" in word for word in process.cmdline()):
                process.kill()
