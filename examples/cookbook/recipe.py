"""A recipe: one method, what is sent to it, and what of its answer later recipes use."""

from collections.abc import Mapping
from dataclasses import dataclass, field


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


def recipe(method: str, says: str, *sends: str, seconds: int = 0, part: str = "", **keeps: str) -> Recipe:
    return Recipe(method, says, sends or ("{}",), keeps, seconds, part)
