"""The cookbook names a command for every RPC, or says that only programs call it."""

import re
from typing import Any

import pytest
import typer
from google.protobuf.descriptor import MethodDescriptor

from examples.cookbook.kitchen import RECIPES
from examples.cookbook.recipe import PROGRAMS_ONLY
from rmos_client.cli.commands import rmosctl
from tests.services import METHODS


def commands(group: Any, above: str = "") -> dict[str, Any]:
    if not hasattr(group, "commands"):
        return {above.strip(): group}
    return {
        name: leaf for key, item in group.commands.items() for name, leaf in commands(item, f"{above} {key}").items()
    }


COMMANDS = commands(typer.main.get_command(rmosctl()))


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_every_rpc_of_the_contract_has_one_command_that_exists(method: MethodDescriptor) -> None:
    items = RECIPES[method.containing_service.full_name]
    (said,) = {item.command for item in items if item.method == method.name and item.command}
    named = re.findall(r"`([^`-][^`]*)`", said)
    assert set(named) <= set(COMMANDS)
    assert named or said == PROGRAMS_ONLY


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_says_what_it_does_and_what_each_option_means(name: str) -> None:
    command = COMMANDS[name]
    assert command.help
    for parameter in command.params:
        assert getattr(parameter, "help", "") or parameter.name == "help", parameter.name
