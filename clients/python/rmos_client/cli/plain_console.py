"""A console for texts of others: what they hold is shown, never obeyed, and never cut."""

import unicodedata
from collections.abc import Iterable
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

_LAYOUT = "\t"
_JOINERS = "\u200c\u200d"
_UNBOUNDED = 100_000
"""Columns of an output that is no terminal: a file or another program has no edge to break lines at."""


class PlainConsole(Console):
    """Shows control characters, and those that turn the direction of writing, as their codes.

    What is printed is a line, so that nobody's text can pretend to be another one: line ends within it are shown as
    their code, too. Texts of several lines are printed with `print_lines`.

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

    def print_lines(self, text: str) -> None:
        """A text that may have several lines."""
        for line in text.removesuffix("\n").split("\n"):
            self.print(line, highlight=False, markup=False, soft_wrap=True)

    def on_broken_pipe(self) -> None:
        raise  # noqa: PLE0704  # what is being handled: main says what it means

    def render_str(self, text: str, **options: Any) -> Text:
        return super().render_str(visible(text), **options)  # before a cell is measured by it

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        line = in_one_line(renderable) if isinstance(renderable, Text) else renderable
        for segment in super().render(line, options):
            yield segment if segment.control else segment._replace(text=_shown_in(segment.text))


def in_one_line(text: Text) -> Text:
    """The text with the code of each line end in its place."""
    return Text("\\n", end=text.end).join(text.split("\n", allow_blank=True)) if "\n" in text.plain else text


def visible(text: str) -> str:
    r"""The text in one line, with codes in the place of characters that a terminal obeys or nobody sees.

    >>> print(visible("a\x1b[2Jb \u202ecn.exe é\nb"))
    a\x1b[2Jb \u202ecn.exe é\nb
    """
    return _shown_in(text).replace("\n", "\\n")


def _shown_in(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    return "\n".join("".join(map(_shown, line)) for line in text.split("\n"))


def _shown(character: str) -> str:
    if character in _LAYOUT or character in _JOINERS:
        return character
    hidden = unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
    return character.encode("unicode_escape").decode() if hidden else character
