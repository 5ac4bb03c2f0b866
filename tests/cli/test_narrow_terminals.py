"""What commands print on terminals of 60 and 80 columns, and to files: nothing is lost, ids and digests stay whole."""

import re
from collections import Counter

import pytest

from rmos_client.cli.console import console
from testkit.local_servers import LocalServers
from tests.cli.commands import ROSETTE, Rmosctl

KEPT_WHOLE = re.compile(r"\b(?:[a-z]+_[0-9a-f]{12}|[0-9a-f]{64})\b")
CODES = re.compile(r"\x1b\[[0-9;]*m")
PRINTED = [
    ["show", "RUN"],
    ["show", "RUN", "RUN"],
    ["list", "--limit", "3"],
    ["verify", "RUN"],
    ["compare", "RUN", "OTHER"],
    ["lineage", "RUN"],
    ["notes", "RUN"],
    ["attachments", "list", "RUN"],
    ["evaluate", str(ROSETTE)],
    ["catalogue", "list", "tools"],
    ["catalogue", "list", "materials", "sitka spruse"],
    ["catalogue", "show", "machines", "shapeoko_3"],
    ["review", "queue"],
    ["review", "show", "ASSET"],
    ["session", "list", "--limit", "3"],
    ["vocabulary", "dimensions"],
]
NOTE = "the board of the third batch, https://example.org/boards/2026/0123456789abcdef0123456789abcdef?page=2"


@pytest.fixture(scope="module")
def names(servers: LocalServers) -> dict[str, str]:
    """A run with a note, another, and a picture."""
    rmosctl = Rmosctl(servers)
    run, other = (rmosctl.json("record", ROSETTE)["run_id"] for _ in range(2))
    rmosctl.json("note", run, NOTE)
    rmosctl.json("session", "new", "--title", "a rosette of five rings in rosewood and maple")
    asset = rmosctl.json("review", "generate", "--job", ROSETTE, "--size-px", 64, "--prompt", NOTE)["assets"][0]
    return {"RUN": run, "OTHER": other, "ASSET": asset["asset_id"]}


def letters(text: str) -> "Counter[str]":
    """Digits may be of clocks, which go on between two calls."""
    return Counter(character for character in text if character.isalpha())


@pytest.mark.parametrize("columns", [60, 80])
@pytest.mark.parametrize("arguments", PRINTED, ids=" ".join)
def test_a_terminal_shows_all_that_a_file_gets(
    servers: LocalServers, names: dict[str, str], arguments: list[str], columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console, "_width", None)  # it keeps what COLUMNS said when it was made
    given = [names.get(item, item) for item in arguments]
    in_a_file = Rmosctl(servers, COLUMNS=str(columns)).text(*given)
    terminal = Rmosctl(servers, COLUMNS=str(columns), TTY_COMPATIBLE="1", TERM="xterm")
    shown = CODES.sub("", terminal.text(*given))
    assert "\u2026" not in shown
    assert letters(in_a_file) - letters(shown) == Counter()
    assert set(KEPT_WHOLE.findall(in_a_file)) == set(KEPT_WHOLE.findall(shown))
    too_wide = [line for line in shown.splitlines() if len(line.rstrip()) > columns]
    assert all(max(map(len, line.split())) > columns - 20 for line in too_wide), too_wide


def test_lines_of_a_file_are_as_long_as_they_need(servers: LocalServers, names: dict[str, str]) -> None:
    listed = Rmosctl(servers, COLUMNS="60").text("notes", names["RUN"])
    assert any(NOTE in line for line in listed.splitlines())
