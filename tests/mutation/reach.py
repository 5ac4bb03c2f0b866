"""Which tests reach the line a mutant stands in, the most telling first."""

import ast
import pickle
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tests.mutation.mutants import Mutant, Names

_TELLING = 12
"""So many of the tests that caught mutants nearby are tried before all others."""


@dataclass(slots=True)
class Reach:
    """What one run of every test on the sources as they are has shown."""

    seconds: dict[str, float] = field(default_factory=dict)
    """How long each test takes, as processor time."""
    of_lines: dict[str, dict[int, list[str]]] = field(default_factory=dict)
    """Tests by file and line."""
    failing: set[str] = field(default_factory=set)
    """Tests that fail on the sources as they are: they say nothing of a mutant."""

    def save(self, path: Path) -> None:
        path.write_bytes(pickle.dumps((self.seconds, self.of_lines, self.failing)))

    @classmethod
    def load(cls, path: Path) -> "Reach":
        return cls(*pickle.loads(path.read_bytes()))


@cache
def imported_by(file: str) -> frozenset[str]:
    """What a file of tests imports: modules, and what it takes from them."""
    found = set()
    for node in ast.walk(ast.parse(Path(file).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{one.name}" for one in node.names)}
    return frozenset(found)


class Choice:
    """Tests for a mutant: those that caught its neighbours, then quick and particular ones before slow and broad."""

    def __init__(self, reach: Reach, names: Names) -> None:
        self._reach, self._names = reach, names
        breadth = Counter(
            test for lines in reach.of_lines.values() for test in {one for tests in lines.values() for one in tests}
        )
        self._cost = {test: (took + 0.002) * (breadth[test] + 1) for test, took in reach.seconds.items()}
        self._caught: dict[tuple[Path, str], Counter[str]] = defaultdict(Counter)

    def tests(self, mutant: Mutant, *, at_import: bool) -> Sequence[str]:
        """Every test that reaches the line; of what is run at import, those that reach a line which uses it.

        Tests that import the module come before these: many are reached by all, and a few ask for the value itself.
        """
        direct = self._importing(mutant.module) if at_import else self._of(mutant.module, mutant.line)
        places = self._names.places(mutant.module, mutant.line)
        using = {test for path, line in places for test in self._of(path, line)}
        near = [test for test, _ in self._caught[self._place(mutant)].most_common(_TELLING)]
        rest = [self._by_cost(direct), self._by_cost(using - direct)]
        if not direct and not using:
            rest.append(self._by_cost(test for tests in self._lines(mutant.module).values() for test in tests))
        if not any(rest):
            rest.append(self._by_cost(self._reach.seconds))
        sound = dict.fromkeys(test for tests in ([*near], *rest) for test in tests)
        return [test for test in sound if test not in self._reach.failing]

    def caught(self, mutant: Mutant, test: str) -> None:
        self._caught[self._place(mutant)][test] += 1

    def _place(self, mutant: Mutant) -> tuple[Path, str]:
        return mutant.module, ".".join(self._names.defined_at(mutant.module, mutant.line))

    def _by_cost(self, tests: Iterable[str]) -> Sequence[str]:
        return sorted(set(tests), key=lambda test: (self._cost.get(test, 0.0), test))

    def _importing(self, module: Path) -> set[str]:
        name = ".".join(module.with_suffix("").parts)
        return {test for test in self._reach.seconds if name in imported_by(test.partition("::")[0])}

    def _lines(self, module: Path) -> dict[int, list[str]]:
        return self._reach.of_lines.get(str(module), {})

    def _of(self, module: Path, line: int) -> set[str]:
        """Tests of the statement a line belongs to: the nearest line above that any test reaches."""
        lines = self._lines(module)
        above = next((one for one in range(line, max(line - 12, 0), -1) if one in lines), None)
        return set(lines[above]) if above else set()
