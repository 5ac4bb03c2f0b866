"""What the rules may know, as a list of what is allowed: themselves, the foundation, and modules without effects."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOMAINS = ("feasibility_svc", "runs_svc")
ALLOWED = {
    # how values and rules are written down
    "collections": "containers, and their types in signatures",
    "dataclasses": "values are frozen dataclasses",
    "enum": "levels, kinds and states",
    "types": "the type of None",
    "typing": "types",
    # pure functions
    "bisect": "places in sorted sequences",
    "copy": "a changed document leaves the given one as it is",
    "functools": "results of pure functions, kept",
    "itertools": "combinations and groups",
    "math": "formulas, and numbers that are none",
    "operator": "fields of inputs by their names",
    "statistics": "the normal distribution of tolerances",
    "textwrap": "sentences on a screen",
    # text and bytes
    "array": "columns of numbers that grow",
    "base64": "a name and a password look like it in a text",
    "html": "text of others inside a drawing",
    "hmac": "digests are compared in constant time",
    "io": "a text is put together in memory",
    "re": "the grammar of ids, filters and programs",
    "unicodedata": "names of files are normalised",
    # of third parties, each a function of its arguments
    "numpy": "the same formulas for thousands of points",
    "orjson": "JSON with exact numbers",
    "pydantic": "inputs are read and checked as models",
    "rapidfuzz": "distances between lines of programs",
    "rectpack": "pieces are nested on a sheet",
    # failures
    "traceback": "what a dimension raised is handed on as text",
}
_SOURCES = [path for service in DOMAINS for path in sorted((ROOT / service / "domain").rglob("*.py"))]


def imports_of(source: str) -> Iterator[str]:
    """The full name of each module that a source imports, wherever it does."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


def is_allowed(module: str, *, service: str) -> bool:
    package = module.split(".", maxsplit=1)[0]
    return f"{module}.".startswith(f"{service}.domain.") or package == "foundation" or package in ALLOWED


@pytest.mark.parametrize("path", _SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_of_a_domain_imports_only_what_is_allowed(path: Path) -> None:
    service = path.relative_to(ROOT).parts[0]
    refused = [name for name in imports_of(path.read_text()) if not is_allowed(name, service=service)]
    assert refused == [], f"rules take values and return values; {', '.join(refused)} belongs on a floor above"


def test_every_allowance_is_used() -> None:
    used = {name.split(".", maxsplit=1)[0] for path in _SOURCES for name in imports_of(path.read_text())}
    assert set(ALLOWED) <= used


@pytest.mark.parametrize(
    "line",
    [
        "import os.path",
        "from time import time",
        "from . import run",
        "import grpc",
        "from runs_svc.ports import ledger",
        "from runs_svc import domain",
        "from feasibility_svc.domain import engine",
        "def f():\n    import random",
    ],
)
def test_anything_else_is_found(line: str) -> None:
    assert [name for name in imports_of(line) if not is_allowed(name, service="runs_svc")] != []
