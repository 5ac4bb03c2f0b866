"""A recipe: one method, what is sent to it, and what of its answer later recipes use."""

from collections.abc import Mapping
from dataclasses import dataclass, field

PROGRAMS_ONLY = "programs only"
"""In place of a command, where none is meant to send it."""
BUDGET = "entries end at a budget of bytes, and the answer says what is left out"
ITEM = "what does not fit is replaced by its name or an error, item by item"
ONE = "one entry of what is kept, bounded when it is recorded"
COUNTS = "one number per word of a short list, or per name people gave, of 100 characters at most"
NOT_KEPT = "26 sentences about open fields"
PROGRAMS = "20 places for each of some dozen rules, and a row for each program of a setup"


@dataclass(frozen=True, slots=True)
class Recipe:
    """One call of the cookbook.

    In what is sent, `$NAME` stands for a shared value (DESIGN, CONTEXT, PROGRAM …) or one that an earlier answer gave.
    """

    method: str
    says: str
    sends: tuple[str, ...] = ("{}",)
    """JSON, a message each: several for a stream."""
    keeps: Mapping[str, str] = field(default_factory=dict)
    """Names of values for later recipes, and where they stand in the answer: `{"RUN": "run.name"}`.

    `version|0` is 0 where the answer leaves it out.
    """
    seconds: int = 0
    """How long to listen to a stream that has no end."""
    part: str = ""
    """The part of a long answer that a page shows: `run.override`."""
    command: str = ""
    """Which commands of rmosctl send it, in backticks, or `PROGRAMS_ONLY`. Stands in the first recipe of a method."""
    bound: str = ""
    """What keeps an answer small enough to be received that repeats something and is no page of a list."""

    @property
    def about(self) -> str:
        """What a page says above the call."""
        command = f" With rmosctl: {self.command}." if self.command else ""
        bound = f" Bounded: {self.bound}." if self.bound else ""
        return f"{self.says}{command}{bound}"


def recipe(
    method: str,
    says: str,
    *sends: str,
    command: str = "",
    bound: str = "",
    seconds: int = 0,
    part: str = "",
    **keeps: str,
) -> Recipe:
    return Recipe(method, says, sends or ("{}",), keeps, seconds, part, command, bound)
