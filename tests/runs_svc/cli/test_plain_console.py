"""Names out of stores and old indexes, on the terminal of whoever checks them."""

import pytest

from runs_svc.cli.offline import console


@pytest.mark.parametrize("character", ["\x1b", "\x07", "\r", "\n", "\x9b", "\u202e", "\u2066", "\u200b", "\u2028"])
def test_an_offline_command_obeys_no_text_of_others(character: str) -> None:
    with console.capture() as captured:
        console.print(f"MISSING attachment:a{character}[2J[red]b[/x] :smile:", markup=False)
    shown = character.encode("unicode_escape").decode()
    assert captured.get() == f"MISSING attachment:a{shown}[2J[red]b[/x] :smile:\n"
