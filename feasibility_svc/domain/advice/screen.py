"""Sections fitted into a screen of 24 lines of 80 columns."""

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

COLUMNS, LINES = 80, 24
_INDENT = "  "


@dataclass(frozen=True, slots=True)
class Section:
    """A title and its sentences."""

    title: str
    lines: Sequence[str]

    @property
    def on_screen(self) -> list[str]:
        """Title and sentences as lines of at most 80 columns, the sentences indented."""
        return [self.title, *(line for sentence in self.lines for line in _wrapped(sentence))]


def paragraph(text: str) -> list[str]:
    """A text as lines of at most 80 columns."""
    return textwrap.wrap(text, COLUMNS)


def fitted(title: str, sentences: Iterable[str], most_lines: int) -> Section | None:
    """A section of at most so many lines beside its title; what does not fit is counted. None without sentences.

    >>> fitted("Assumed", ["a used edge", "no cooling", "20 degrees"], 2)
    Section(title='Assumed', lines=['a used edge', '… and 2 more'])
    """
    given = [sentence for sentence in sentences if sentence]
    taken: list[str] = []
    for place, sentence in enumerate(given):
        spare = 0 if place == len(given) - 1 else 1
        if sum(len(_wrapped(item)) for item in [*taken, sentence]) + spare > most_lines:
            return Section(title, _cut_short(taken, given[place:], most_lines))
        taken.append(sentence)
    return Section(title, taken) if taken else None


def _cut_short(taken: Sequence[str], rest: Sequence[str], most_lines: int) -> Sequence[str]:
    """What was taken, else the first sentence, shortened; and how many more there are."""
    if taken:
        return [*taken, f"… and {len(rest)} more"]
    more = f" … and {len(rest) - 1} more" if len(rest) > 1 else ""
    room = (COLUMNS - 4) * most_lines - 8 * most_lines - len(more)
    return [textwrap.shorten(rest[0], room, placeholder=" …") + more]


def _wrapped(sentence: str) -> list[str]:
    return textwrap.wrap(sentence, COLUMNS, initial_indent=_INDENT, subsequent_indent=2 * _INDENT)
