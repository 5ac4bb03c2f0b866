"""rmosctl starts without reading what the command that is called does not need, and says it when a server is away."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from rmos_client.cli.commands import called, rmosctl
from tests.cli.test_every_rpc_has_a_command import COMMANDS

LOADED = "from rmos_client.cli.commands import rmosctl; import sys; rmosctl('list'); print(*sys.modules)"


@pytest.mark.parametrize(
    ("line", "command"),
    [
        (["list", "--limit", "3"], "list"),
        (["--units", "in", "show", "list"], "show"),
        (["--units=in", "catalogue", "list"], "catalogue"),
        (["--help", "list"], None),
        (["--version"], None),
        (["lst"], None),
        (["--units"], None),
        ([], None),
    ],
)
def test_the_command_is_known_before_any_is_read(line: list[str], command: str | None) -> None:
    assert called(line) == command


def test_completion_needs_all_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_RMOSCTL_COMPLETE", "complete_bash")
    assert called(["list"]) is None


@pytest.mark.parametrize("name", sorted({name.split()[0] for name in COMMANDS}))
def test_each_command_can_be_called_alone(name: str) -> None:
    program = typer.main.get_command(rmosctl(name))
    assert list(getattr(program, "commands", ())) == [name]


def test_no_other_command_and_no_library_for_pictures_is_read() -> None:
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, timeout=60, check=True)
    read = set(done.stdout.split())
    assert "rmos_client.cli.listing" in read
    assert not read & {"PIL", "rich.progress", "rmos_client.cli.sweep", "rmos_client.async_rmos"}


def test_a_server_that_is_away_is_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
    program = Path(sys.executable).with_name("rmosctl")
    done = subprocess.run(
        [program, "list", "--runs", address], capture_output=True, text=True, timeout=60, check=False, env={}
    )
    assert done.stderr.splitlines() == [
        f"no answer: nothing listens at {address}; start the server (`make serve`), or say where it is: "
        "--runs or RMOS_RUNS_ADDRESS, --feasibility or RMOS_FEASIBILITY_ADDRESS"
    ]
