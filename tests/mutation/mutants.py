"""Mutants of a module, and how one is put in place of the code that runs already."""

import ast
import difflib
import functools
import gc
import sys
import types
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cosmic_ray.mutating import mutate_code  # type: ignore[import-untyped]
from cosmic_ray.plugins import get_operator  # type: ignore[import-untyped]

PACKAGE = "feasibility_svc"
Swap = tuple[types.CodeType, types.CodeType]
_COMPREHENSIONS = frozenset({"<genexpr>", "<listcomp>", "<setcomp>", "<dictcomp>"})
"""What looks like a function and runs once, where it stands."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of one module, as a session of cosmic-ray names it."""

    job_id: str
    module: Path
    operator: str
    occurrence: int
    line: int

    def source(self, original: str) -> str | None:
        """The module with the change; None where there is nothing to change."""
        mutated: str | None = mutate_code(original, get_operator(self.operator)(), self.occurrence)
        return mutated

    def diff(self, original: str, mutated: str) -> str:
        lines = difflib.unified_diff(
            original.splitlines(), mutated.splitlines(), f"a/{self.module}", f"b/{self.module}", n=0, lineterm=""
        )
        return "\n".join(lines)


def swaps(original: types.CodeType, mutated: types.CodeType) -> Sequence[Swap] | None:
    """Functions that differ, with the code of the mutant; None where what is run at import differs."""
    plain = original.co_code == mutated.co_code and original.co_names == mutated.co_names
    if not plain or len(original.co_consts) != len(mutated.co_consts):
        return None
    found: list[Swap] = []
    for one, other in zip(original.co_consts, mutated.co_consts, strict=True):
        if not isinstance(one, types.CodeType) or not isinstance(other, types.CodeType):
            if repr(one) != repr(other):
                return None
        elif one.co_flags & 1 and one.co_name not in _COMPREHENSIONS:  # without this flag the body of a class
            found += _of_function(one, other)
        elif (inner := swaps(one, other)) is None:
            return None
        else:
            found += inner
    return found


def _of_function(original: types.CodeType, mutated: types.CodeType) -> Iterator[Swap]:
    if original == mutated:
        return
    yield original, mutated
    for one, other in zip(original.co_consts, mutated.co_consts, strict=False):
        if isinstance(one, types.CodeType) and isinstance(other, types.CodeType) and one.co_name == other.co_name:
            yield from _of_function(one, other)


class Functions:
    """Every function and every cache of a package that is imported, found by its code."""

    def __init__(self, package: str) -> None:
        self._of_code: dict[types.CodeType, list[types.FunctionType]] = defaultdict(list)
        self._clear: list[Callable[[], None]] = []
        for one in gc.get_objects():
            if isinstance(one, types.FunctionType) and (one.__module__ or "").startswith(package):
                self._of_code[one.__code__].append(one)
            elif isinstance(one, functools._lru_cache_wrapper):
                self._clear.append(one.cache_clear)

    def swap(self, pairs: Sequence[Swap]) -> bool:
        """Let the functions run the mutant's code; False where one is not to be found."""
        for original, mutated in pairs:
            for function in self._of_code.get(original, ()):
                function.__code__ = mutated
        return any(self._of_code.get(original) for original, _ in pairs)

    def forget(self) -> None:
        """Empty every cache, so that nothing is answered from before the change."""
        for clear in self._clear:
            clear()


def is_constant(source: str, line: int) -> bool:
    """Whether a line belongs to a statement of a module that gives constants their values."""
    statements = ast.parse(source).body
    return any(
        isinstance(one, ast.Assign | ast.AnnAssign) and one.lineno <= line <= (one.end_lineno or one.lineno)
        for one in statements
    )


def rebind(package: str, module: Path, mutated: str, line: int) -> bool:
    """Give the constants of the statement at a line, and those after it, the mutant's values wherever they are used.

    False where the statement gives no constants, or where none of them is another.
    """
    body = ast.parse(mutated).body
    start = next((one for one in body if one.lineno <= line <= (one.end_lineno or one.lineno)), None)
    if not isinstance(start, ast.Assign | ast.AnnAssign):
        return False
    running = sys.modules[".".join(module.with_suffix("").parts)]
    values = dict(vars(running))
    later: list[ast.stmt] = [one for one in body[body.index(start) :] if isinstance(one, ast.Assign | ast.AnnAssign)]
    exec(compile(ast.Module(later, []), str(module.resolve()), "exec", dont_inherit=True), values)
    changed = {
        name: (old, values[name])
        for statement in later
        for name in _given(statement, statement.lineno)
        if name in values and repr(old := getattr(running, name, None)) != repr(values[name])
    }
    for user in list(sys.modules.values()):
        for name, (old, new) in changed.items():
            if vars(user).get(name) is old and (getattr(user, "__name__", "") or "").startswith((package, "tests")):
                setattr(user, name, new)
    return bool(changed)


@dataclass(frozen=True, slots=True)
class Names:
    """Where the names that modules define at import are used: a mutant of a constant is caught by who reads it."""

    statements: Mapping[Path, Sequence[ast.stmt]]
    uses: Mapping[str, frozenset[tuple[Path, int]]]

    @classmethod
    def of(cls, modules: Sequence[Path]) -> Self:
        statements: dict[Path, Sequence[ast.stmt]] = {}
        uses: dict[str, set[tuple[Path, int]]] = defaultdict(set)
        for path in modules:
            tree = ast.parse(path.read_text(encoding="utf-8"))
            statements[path] = tree.body
            for node in ast.walk(tree):
                if isinstance(node, ast.Name | ast.Attribute):
                    uses[node.id if isinstance(node, ast.Name) else node.attr].add((path, node.lineno))
        return cls(statements, {name: frozenset(places) for name, places in uses.items()})

    def defined_at(self, path: Path, line: int) -> Sequence[str]:
        """Names given by the statement of a module that a line stands in; of a class also that of the field."""
        for statement in self.statements[path]:
            decorators = [one.lineno for one in getattr(statement, "decorator_list", ())]
            if min([statement.lineno, *decorators]) <= line <= (statement.end_lineno or statement.lineno):
                return _given(statement, line)
        return ()

    def places(self, path: Path, line: int) -> frozenset[tuple[Path, int]]:
        """Lines that use what is defined at a line, directly or by another name defined of it."""
        found: set[tuple[Path, int]] = set()
        pending, seen = list(self.defined_at(path, line)), set[str]()
        while pending:
            name = pending.pop()
            if name in seen:
                continue
            seen.add(name)
            for place in self.uses.get(name, ()):
                if place not in found:
                    found.add(place)
                    pending += self._constants_at(*place)
        return frozenset(found)

    def _constants_at(self, path: Path, line: int) -> Sequence[str]:
        for statement in self.statements[path]:
            if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.lineno <= line <= (
                statement.end_lineno or line
            ):
                return _given(statement, line)
        return ()


def _given(statement: ast.stmt, line: int) -> Sequence[str]:
    match statement:
        case ast.Assign(targets=targets):
            return [node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)]
        case ast.AnnAssign(target=ast.Name(id=name)):
            return [name]
        case ast.ClassDef(name=name, body=body):
            inside = [one for one in body if one.lineno <= line <= (one.end_lineno or line)]
            return [name, *(given for one in inside for given in _given(one, line))]
        case ast.FunctionDef(name=name):
            return [name]
    return ()
