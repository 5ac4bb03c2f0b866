"""A console for texts of others: what they hold is shown, never obeyed. rmosctl has its own; it needs no server."""

from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.segment import Segment
from rich.text import Text

from foundation.visible_text import shown, shown_line


class PlainConsole(Console):
    """Shows control characters, and those that turn the direction of writing, as their codes.

    What is printed is a line, so that no name out of a store can pretend to be another one.
    """

    def render_str(self, text: str, **options: Any) -> Text:
        return super().render_str(shown_line(text), **options)

    def render(self, *given: Any, **options: Any) -> Iterable[Segment]:
        for segment in super().render(*given, **options):
            yield segment if segment.control else segment._replace(text=shown(segment.text))
