"""Texts of others on a terminal: shown as they are, never obeyed."""

import io

import pytest
from rich.table import Table
from rich.text import Text

from rmos_client.cli.console import console, error_console
from rmos_client.cli.plain_console import PlainConsole

NASTY = "OM [/v2] [red]x[/] :smile: \x1b[2J\x1b]0;owned\x07 \x9b31m \u202ecn.exe"
SHOWN = r"OM [/v2] [red]x[/] :smile: \x1b[2J\x1b]0;owned\x07 \x9b31m \u202ecn.exe"


def table() -> Table:
    made = Table(NASTY, box=None)
    made.add_row(NASTY)
    return made


@pytest.mark.parametrize("printed", [NASTY, Text(NASTY.replace("\x07", "")), table()], ids=["text", "styled", "table"])
def test_a_terminal_obeys_no_text_of_others(printed: object) -> None:
    written = io.StringIO()
    plain = PlainConsole(file=written, markup=False, emoji=False, width=200, force_terminal=True, color_system=None)
    plain.print(printed, highlight=False)
    shown = written.getvalue()
    assert "\x1b" not in shown
    assert "\x9b" not in shown
    assert SHOWN.replace(r"\x07", "") in shown.replace(r"\x07", "")


def test_both_consoles_take_texts_as_they_are() -> None:
    for used in (console, error_console):
        assert isinstance(used, PlainConsole)
        assert used.render_str("OM [/v2] :smile:").plain == "OM [/v2] :smile:"
