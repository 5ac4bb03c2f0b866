"""Mutants of what is run at import: forks of a process that has imported all but the project.

python -m tests.mutation.fresh
"""

import contextlib
import json
import subprocess
import sys
import time
import types
from collections.abc import Sequence
from importlib.machinery import SourceFileLoader
from pathlib import Path

import pytest
from hypothesis import settings

from tests.mutation.forks import SECONDS, in_fork, telling
from tests.mutation.mutants import PACKAGE, Mutant

OPTIONS = ("-q", "-n0", "-x", "-p", "no:cacheprovider", "-p", "no:timeout", "--no-header", "--no-summary")
HANGS_S = 400.0
_FIRST = 60
"""Tests that are imported and run before all others."""
_COLLECTING_S = 4.0


def settle() -> None:
    """Let generated tests be the same in every fork, however long they take."""
    settings.register_profile("mutation", deadline=None, database=None, derandomize=True, print_blob=False)
    settings.load_profile("mutation")


class Fresh:
    """The process to fork from."""

    def __init__(self) -> None:
        others = [name for name in sys.modules if not name.startswith((PACKAGE, "tests", "testkit", "bench"))]
        command = [sys.executable, "-m", "tests.mutation.fresh"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._ask(others)

    def catcher(self, mutant: Mutant, mutated: str, tests: Sequence[str]) -> str:
        """The test that caught a mutant; empty where none did."""
        return self._ask([str(mutant.module.resolve()), mutated, list(tests)])

    def _ask(self, what: Sequence[object]) -> str:
        asking, answering = self._process.stdin, self._process.stdout
        assert asking is not None
        assert answering is not None
        asking.write(json.dumps(what) + "\n")
        asking.flush()
        return str(json.loads(answering.readline()))


class _Watcher:
    """Which test failed first in a session of its own; ends the session when the time is over."""

    def __init__(self) -> None:
        self.failed = ""
        self._began = time.process_time()

    @property
    def is_over(self) -> bool:
        return bool(self.failed) or time.process_time() - self._began > SECONDS + _COLLECTING_S

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.failed = self.failed or f"cannot be collected: {report.nodeid}"

    def pytest_runtest_protocol(self, item: pytest.Item) -> None:
        telling(item.nodeid)
        if self.is_over:
            item.session.shouldstop = "time is over"

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed = self.failed or report.nodeid


def _imported(path: str, source: str, tests: Sequence[str]) -> str:
    """Import the mutant in place of its module, and run tests until one fails."""
    usual = SourceFileLoader.get_code

    def get_code(loader: SourceFileLoader, name: str) -> types.CodeType | None:
        if Path(loader.path).resolve() == Path(path):
            return compile(source, path, "exec", dont_inherit=True)
        return usual(loader, name)

    SourceFileLoader.get_code = get_code  # type: ignore[method-assign, assignment]
    try:
        __import__(".".join(Path(path).relative_to(Path.cwd()).with_suffix("").parts))
    except Exception as error:
        return f"cannot be imported: {error!r}"
    watcher = _Watcher()
    for some in (tests[:_FIRST], tests[_FIRST:]):
        if some and not watcher.is_over:
            pytest.main([*OPTIONS, *some], plugins=[watcher])
    return watcher.failed


def main() -> int:
    """Read mutants, one a line, and answer each with the test that caught it."""
    settle()
    for name in json.loads(sys.stdin.readline()):
        with contextlib.suppress(Exception):
            __import__(name)
    assert not any(name.startswith(f"{PACKAGE}.domain") for name in sys.modules)
    print('""', flush=True)
    for line in sys.stdin:
        path, source, tests = json.loads(line)
        print(json.dumps(in_fork(lambda p=path, s=source, t=tests: _imported(p, s, t), HANGS_S)), flush=True)  # type: ignore[misc]
    return 0


if __name__ == "__main__":
    sys.exit(main())
