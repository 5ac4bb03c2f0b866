"""Mutants that no test can or needs to catch, as `accepted.txt` lists them, each with its reason."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

_FILE = Path(__file__).with_suffix(".txt")


def changed_lines(diff: str) -> str:
    """The mutated line as it was and as it became."""
    lines = [line for line in diff.splitlines() if line[:1] in "+-" and line[:3] not in {"+++", "---"}]
    return " => ".join(line[1:].strip() for line in lines)


@dataclass(frozen=True, slots=True)
class Accepted:
    """Changes by file and line, and kinds of changes as patterns, which stand between slashes."""

    exact: Mapping[str, str]
    kinds: Sequence[tuple[re.Pattern[str], str]]

    @classmethod
    def read(cls, file: Path = _FILE) -> Self:
        lines = [line for line in file.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
        pairs = [(change.strip(), reason.strip()) for change, _, reason in (line.rpartition(" # ") for line in lines)]
        kinds = [(re.compile(one.strip("/")), why) for one, why in pairs if one.startswith("/")]
        return cls({one: why for one, why in pairs if not one.startswith("/")}, kinds)

    def reason(self, module: Path, change: str) -> str | None:
        if why := self.exact.get(f"{module.name}: {change}"):
            return why
        return next((why for kind, why in self.kinds if kind.search(change)), None)
