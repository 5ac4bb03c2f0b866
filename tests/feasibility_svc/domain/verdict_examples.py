"""The worked examples of the decision layer: what a level is made of, by section, and which sections are tested."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

Numbers = dict[str, Any]
TESTS = Path(__file__).parents[2]
VERDICT_EXAMPLES: dict[str, list[Numbers]] = json.loads((TESTS / "data" / "verdict_examples.json").read_text())
_USE = re.compile(r'^@verdict_examples\("(\w+)"\)', re.MULTILINE)


def verdict_examples(section: str) -> pytest.MarkDecorator:
    """A test of each example of a section: the parameter `example` has "inputs" and "expected".

    >>> @verdict_examples("V0_maps")
    ... def test_maps(example: Numbers) -> None: ...
    """
    return pytest.mark.parametrize("example", VERDICT_EXAMPLES[section], ids=lambda example: example["id"])


def sections_with_a_test() -> Iterator[str]:
    """The section of each `@verdict_examples("...")` at the start of a line in the tests of the domain."""
    for path in sorted(Path(__file__).parent.rglob("test_*.py")):
        yield from _USE.findall(path.read_text(encoding="utf-8"))
