"""docs/command-line.md names a command for every RPC, or says that only programs call it."""

import importlib
import pkgutil
import re
from pathlib import Path
from typing import Any

import pytest
import typer

import rmos
from rmos_client.cli import app

PAGE = Path(__file__).parents[2] / "docs" / "command-line.md"
ROW = re.compile(r"^\| ([A-Z][a-z]\w+) \| (.+) \|$", re.MULTILINE)
PROGRAMS_ONLY = "programs only"


def rpcs() -> set[str]:
    found = set()
    for module in pkgutil.walk_packages(rmos.__path__, "rmos."):
        if module.name.endswith("_service_pb2"):
            services = importlib.import_module(module.name).DESCRIPTOR.services_by_name.values()
            found |= {method.name for service in services for method in service.methods}
    return found


def commands(group: Any, above: str = "") -> dict[str, Any]:
    if not hasattr(group, "commands"):
        return {above.strip(): group}
    return {
        name: leaf for key, item in group.commands.items() for name, leaf in commands(item, f"{above} {key}").items()
    }


COMMANDS = commands(typer.main.get_command(app))


def test_every_rpc_of_the_contract_has_a_row() -> None:
    assert {name for name, _ in ROW.findall(PAGE.read_text())} == rpcs()


def test_every_command_named_exists() -> None:
    named = {name for _, cell in ROW.findall(PAGE.read_text()) for name in re.findall(r"`([^`-][^`]*)`", cell)}
    assert named - set(COMMANDS) == set()
    assert all(cell == PROGRAMS_ONLY or "`" in cell for _, cell in ROW.findall(PAGE.read_text()))


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_says_what_it_does_and_what_each_option_means(name: str) -> None:
    command = COMMANDS[name]
    assert command.help
    for parameter in command.params:
        assert getattr(parameter, "help", "") or parameter.name == "help", parameter.name
