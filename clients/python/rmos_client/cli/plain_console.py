"""A console for texts of others: what they hold is shown, never obeyed, and never cut."""

import unicodedata
from collections.abc import Iterable
from typing import Any

from rich.console import Console, ConsoleOptions
from rich.segment import Segment
from rich.text import Text

_LAYOUT = "\n\t"
_JOINERS = "\u200c\u200d"
_UNBOUNDED = 100_000
"""Columns of an output that is no terminal: a file or another program has no edge to break lines at."""


class PlainConsole(Console):
    """Shows control characters, and those that turn the direction of writing, as their codes.

    Lines are broken where the terminal ends; what cannot be broken, a digest say, goes on beyond it and is not cut.
    """

    @property
    def options(self) -> ConsoleOptions:
        options = super().options
        return options if self.is_terminal else options.update(width=_UNBOUNDED)

    def print(self, *given: Any, **options: Any) -> None:
        words = [word for item in given if isinstance(item, str | Text) for word in str(item).split()]
        soft = max(map(len, words), default=0) > self.options.max_width  # a digest, say: left to the terminal
        super().print(*given, **{"crop": False, "soft_wrap": soft, **options})

    def on_broken_pipe(self) -> None:
        raise  # noqa: PLE0704  # what is being handled: main says what it means

    def render_str(self, text: str, **options: Any) -> Text:
        return super().render_str(visible(text), **options)  # before a cell is measured by it

    def render(self, *given: Any, **options: Any) -> Iterable[Segment]:
        for segment in super().render(*given, **options):
            yield segment if segment.control else segment._replace(text=visible(segment.text))


def visible(text: str) -> str:
    r"""The text with codes in the place of characters that a terminal obeys or nobody sees.

    >>> print(visible("a\x1b[2Jb \u202ecn.exe é"))
    a\x1b[2Jb \u202ecn.exe é
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    if character in _LAYOUT or character in _JOINERS:
        return character
    hidden = unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
    return character.encode("unicode_escape").decode() if hidden else character
