"""Try every mutant of a session of cosmic-ray that has no result yet, each in a fork of one warmed interpreter.

python -m tests.mutation.run SESSION TESTS...

All tests are collected once. A mutant inside a function replaces the code of that function in the fork; one of what is
run at import gets a fork that has not imported the project yet. Tests stop at the first that fails, and after `LIMIT_S`
of processor time (2 s unless set): what no test has caught by then survives. AGAIN=1 tries what survived once more.
"""

import contextlib
import gc
import os
import sqlite3
import sys
import time
import types
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import pytest
from coverage import Coverage

from tests.mutation.accepted import Accepted, changed_lines
from tests.mutation.forks import SECONDS, in_fork, telling
from tests.mutation.fresh import HANGS_S, OPTIONS, Fresh, settle
from tests.mutation.mutants import PACKAGE, Functions, Mutant, Names, Swap, is_constant, rebind, swaps
from tests.mutation.reach import Choice, Reach

_PENDING = """
    SELECT job_id, module_path, operator_name, occurrence, start_pos_row FROM mutation_specs
    WHERE job_id NOT IN (SELECT job_id FROM work_results)
    ORDER BY module_path LIKE '%/physics/%', module_path LIKE '%/advice/%', 2, 5, 3, 4
"""
_READERS_S = 600.0
"""So long a result waits for whoever reads the session meanwhile."""
_RESULT = "INSERT INTO work_results (worker_outcome, output, test_outcome, diff, job_id) VALUES (?, ?, ?, ?, ?)"


@dataclass(frozen=True, slots=True)
class Trial:
    """A mutant with what it makes of its module."""

    mutant: Mutant
    mutated: str
    diff: str
    code: types.CodeType | None
    """None where the change is no Python."""
    pairs: Sequence[Swap] | None
    """Functions that differ; None where what is run at import differs."""

    @classmethod
    def of(cls, mutant: Mutant) -> Self | None:
        original, file = mutant.module.read_text(encoding="utf-8"), str(mutant.module.resolve())
        mutated = mutant.source(original)
        if mutated is None or mutated == original:
            return None
        try:
            code = compile(mutated, file, "exec", dont_inherit=True)
        except SyntaxError:
            return cls(mutant, mutated, mutant.diff(original, mutated), None, None)
        pairs = swaps(compile(original, file, "exec", dont_inherit=True), code)
        return cls(mutant, mutated, mutant.diff(original, mutated), code, pairs)

    @property
    def only_at_import(self) -> bool:
        """Whether nothing but a fresh import shows the change: signatures, heads and fields of classes."""
        if self.code is None or self.pairs is not None:
            return False
        return not is_constant(self.mutated, self.mutant.line)


class Runner:
    """The loop of one session of pytest: first every test as it is, then every mutant."""

    def __init__(self, database: str) -> None:
        self._database = Path(database)
        self._items: dict[str, pytest.Item] = {}
        self._failed = ""

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self._items = {item.nodeid: item for item in session.items}
        self._functions = Functions(PACKAGE)
        kept = self._database.with_suffix(".reach")
        in_fork(lambda: self._measure(kept), HANGS_S * 10)
        modules = sorted(Path(PACKAGE).glob("domain/**/*.py"))
        reach = Reach.load(kept)
        print(f"\n{len(self._items)} tests, {sum(reach.seconds.values()):.0f} s, failing: {sorted(reach.failing)}")
        self._choice = Choice(reach, Names.of(modules))
        self._accepted = Accepted.read()
        gc.collect()
        gc.freeze()
        self._fresh = Fresh()
        with contextlib.closing(sqlite3.connect(self._database, timeout=_READERS_S)) as database:
            self._try_all(database)
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._failed = report.nodeid

    def _measure(self, kept: Path) -> int:
        """How long each test takes and which lines it reaches, every cache being empty before it."""
        coverage = Coverage(data_file=None, source=[PACKAGE], branch=False, config_file=False)
        reach = Reach.load(kept) if kept.exists() else Reach()
        items = [item for item in self._items.values() if item.nodeid not in reach.seconds]
        coverage.start()
        for item, following in zip(items, [*items[1:], None], strict=True):
            self._functions.forget()
            self._failed = ""
            coverage.switch_context(item.nodeid)
            began = time.process_time()
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            reach.seconds[item.nodeid] = time.process_time() - began
            if self._failed:
                reach.failing.add(item.nodeid)
        coverage.stop()
        data, here = coverage.get_data(), Path.cwd()
        for file in data.measured_files():
            contexts = data.contexts_by_lineno(file)
            lines = reach.of_lines.setdefault(str(Path(file).relative_to(here)), {})
            for line, names in contexts.items():
                if tests := sorted(filter(None, names)):
                    lines[line] = sorted({*lines.get(line, ()), *tests})
        reach.save(kept)
        return 0

    def _try_all(self, database: sqlite3.Connection) -> None:
        if os.environ.get("AGAIN"):
            database.execute("DELETE FROM work_results WHERE test_outcome = 'SURVIVED'")
        mutants = [Mutant(row[0], Path(row[1]), *row[2:]) for row in database.execute(_PENDING).fetchall()]
        slow: list[Trial] = []
        for count, mutant in enumerate(mutants, start=1):
            trial = Trial.of(mutant)
            if trial is None:
                database.execute(_RESULT, ("NO_TEST", "", None, "", mutant.job_id))
                continue
            accepted = self._accepted.reason(mutant.module, changed_lines(trial.diff))
            if not accepted and trial.only_at_import:
                slow.append(trial)
                continue
            self._keep(database, trial, "" if accepted else self._quickly(trial), f"{count}/{len(mutants)}")
        for count, trial in enumerate(slow, start=1):
            tests = self._choice.tests(trial.mutant, at_import=True)
            catcher = self._fresh.catcher(trial.mutant, trial.mutated, tests)
            self._keep(database, trial, catcher, f"{count}/{len(slow)} of the import")

    def _keep(self, database: sqlite3.Connection, trial: Trial, catcher: str, place: str) -> None:
        mutant, outcome = trial.mutant, "KILLED" if catcher else "SURVIVED"
        database.execute(_RESULT, ("NORMAL", catcher, outcome, trial.diff, mutant.job_id))
        database.commit()
        if catcher in self._items:
            self._choice.caught(mutant, catcher)
        print(f"{place} {mutant.module}:{mutant.line} {catcher or outcome}", flush=True)

    def _quickly(self, trial: Trial) -> str:
        """The test that caught a mutant in a fork of this process; empty where none did."""
        mutant, mutated = trial.mutant, trial.mutated
        if trial.code is None:
            return "no Python"
        tests = self._choice.tests(mutant, at_import=trial.pairs is None)
        if trial.pairs is None:
            return in_fork(
                lambda: self._run(lambda: rebind(PACKAGE, mutant.module, mutated, mutant.line), tests), HANGS_S
            )
        pairs = trial.pairs
        return in_fork(lambda: self._run(lambda: self._functions.swap(pairs), tests), HANGS_S)

    def _run(self, change: Callable[[], bool], tests: Sequence[str]) -> str:
        if not change():
            return ""
        self._functions.forget()
        items = [self._items[test] for test in tests if test in self._items]
        began = time.process_time()
        for item, following in zip(items, [*items[1:], None], strict=True):
            self._failed = ""
            telling(item.nodeid)
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if self._failed:
                return self._failed
            if time.process_time() - began > SECONDS:
                break
        return ""


def main() -> int:
    settle()
    _, session, *tests = sys.argv
    return int(pytest.main([*OPTIONS, *tests], plugins=[Runner(session)]) not in {0, 5})


if __name__ == "__main__":
    sys.exit(main())
