"""A console for texts of others: what they hold is shown, never obeyed. rmosctl has its own; it needs no server."""

import unicodedata
from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.segment import Segment
from rich.text import Text

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


class PlainConsole(Console):
    """Shows control characters, and those that turn the direction of writing, as their codes."""

    def render_str(self, text: str, **options: Any) -> Text:
        return super().render_str(visible(text), **options)

    def render(self, *given: Any, **options: Any) -> Iterable[Segment]:
        for segment in super().render(*given, **options):
            yield segment if segment.control else segment._replace(text=visible(segment.text))


def visible(text: str) -> str:
    r"""The text with codes in the place of characters that a terminal obeys or nobody sees.

    >>> print(visible("a\x1b[2Jb \u202ecn.exe"))
    a\x1b[2Jb \u202ecn.exe
    """
    return "".join(
        character.encode("unicode_escape").decode()
        if unicodedata.category(character) in _HIDDEN and character not in "\n\t"
        else character
        for character in text
    )
