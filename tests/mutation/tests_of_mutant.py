"""Run the tests that reach the line a mutant stands in, the most particular ones first; exit with 1 when one fails.

The mutant is what differs from the last commit, so the checkout has to be clean. Which test reaches which line stands
in the coverage of one run of all of them, with a context for each test (`build/mutation.coverage`).
"""

import re
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from coverage import CoverageData

COVERAGE = Path("build/mutation.coverage")
FIRST = 40
"""Tests that are collected and run before all the others: most mutants need no more."""
_BREADTH = """
    SELECT context.context, count(DISTINCT arc.file_id) FROM arc JOIN context ON arc.context_id = context.id GROUP BY 1
"""
_HUNK = re.compile(r"^@@ -(\d+)", re.MULTILINE)


def changed() -> tuple[Path, int] | None:
    """File and line of the mutant; None where nothing differs."""
    command = ["git", "diff", "-U0", "--relative", "--", "feasibility_svc"]
    diff = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    name, hunk = re.search(r"^\+\+\+ b/(.+)$", diff, re.MULTILINE), _HUNK.search(diff)
    return (Path(name[1]), int(hunk[1])) if name and hunk else None


class Reach:
    """Which tests reach which lines of a file."""

    def __init__(self, data: CoverageData, module: Path) -> None:
        file = next((name for name in data.measured_files() if name.endswith(f"/{module}")), str(module))
        self._of_lines = {line: _tests(names) for line, names in data.contexts_by_lineno(file).items()}

    def of_line(self, line: int) -> Sequence[str]:
        """Tests that reach the statement a line belongs to; of one that is run at import, those that reach its file."""
        for above in range(line, 0, -1):
            if above in self._of_lines:
                return self._of_lines[above] or self.of_file
        return self.of_file

    @property
    def of_file(self) -> Sequence[str]:
        """Tests of any line of the file, those of most lines first."""
        counts = Counter(test for tests in self._of_lines.values() for test in tests)
        return [test for test, _ in counts.most_common()]


def _tests(contexts: Iterable[str]) -> Sequence[str]:
    """Node ids of the tests behind contexts such as "tests/test_a.py::test_b|run"; the import has none."""
    return sorted({name.rpartition("|")[0].rpartition("@")[0] or name.rpartition("|")[0] for name in contexts if name})


def particular(coverage: Path, tests: Sequence[str]) -> Sequence[str]:
    """Tests ordered by how many files they reach, so that those of one thing come first."""
    with sqlite3.connect(coverage) as database:
        rows = database.execute(_BREADTH).fetchall()
    breadth: Counter[str] = Counter()
    for context, files in rows:
        breadth.update(dict.fromkeys(_tests([context]), files))
    return sorted(tests, key=lambda test: (breadth[test], test))


def main() -> int:
    mutant = changed()
    if mutant is None:  # cosmic-ray tries the tests on the sources as they are, too
        return 0
    data = CoverageData(str(COVERAGE))
    data.read()
    module, line = mutant
    tests = particular(COVERAGE, Reach(data, module).of_line(line))
    if not tests:
        print(f"no test reaches {module}:{line}")
        return 0
    return int(any(fails(some) for some in (tests[:FIRST], tests[FIRST:]) if some))


def fails(tests: Sequence[str]) -> bool:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-n0", "-p", "no:cacheprovider", *tests]
    return subprocess.run(command, check=False).returncode != 0


if __name__ == "__main__":
    sys.exit(main())
