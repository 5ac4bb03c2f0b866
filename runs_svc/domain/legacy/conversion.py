"""A v1 record on its way to a run."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from foundation.canonical_json import JsonMapping
from runs_svc.domain.legacy.times import Moment
from runs_svc.domain.legacy.values import kind_of
from runs_svc.domain.runs.imported_verdict import as_text


@dataclass(slots=True)
class Conversion:
    """A record on its way: what is lost or assumed is a line."""

    value: JsonMapping
    moment: Moment
    lines: list[str] = field(default_factory=list)

    def text(self, name: str) -> str:
        """A field that should be text; anything else is written as text and reported."""
        given = self.value.get(name)
        if given is None:
            return ""
        if not isinstance(given, str):
            self.lines.append(f"{name}: {kind_of(given)}, kept as text")
        return as_text(given)

    def choice(self, name: str, allowed: Sequence[str]) -> str:
        """A field that should be one of a few words; "" when it is not there or another."""
        given = self.text(name).upper()
        if given and given not in allowed:
            self.lines.append(f"{name}: {given!r} is not one of {', '.join(allowed)}")
            return ""
        return given
