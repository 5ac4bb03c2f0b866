"""`python -m runs_svc people` and `keys`: who may log in, and the keys of tools. Servers follow within a second."""

import datetime
import sys
from typing import Annotated

import typer

from foundation.identity import Role, in_order
from runs_svc.cli.offline import console, settings_of
from runs_svc.composition.identities import IdentityAdministration, administration

people = typer.Typer(help="People who log in with a password.", no_args_is_help=True)
keys = typer.Typer(help="Keys of tools. A key is told once and cannot be looked up.", no_args_is_help=True)
Roles = Annotated[list[Role], typer.Option("--role", help="what they may do; each includes those before it")]


@people.command()
def add(name: str, role: Roles) -> None:
    """Add somebody, or give somebody another password and other roles. The password comes from standard input."""
    password = typer.prompt("Password", hide_input=True, confirmation_prompt=True) if _asks() else _line()
    _administration().add_person(name, role, password)
    console.print(f"{name} may log in as {', '.join(in_order(role))}", markup=False)


@people.command("list")
def list_people() -> None:
    """Who there is, with roles."""
    for person in _administration().people():
        state = "disabled" if person.disabled else ", ".join(in_order(person.roles))
        console.print(f"{person.name}: {state}", markup=False)


@people.command()
def disable(name: str) -> None:
    """Let somebody call no more. What they did stays."""
    _administration().disable_person(name)
    console.print(f"{name} is disabled", markup=False)


@keys.command()
def create(
    name: str,
    role: Roles,
    days: Annotated[int, typer.Option("--days", help="how long it is good; 0: for ever")] = 365,
) -> None:
    """Make a key for a tool. It is printed once, alone on standard output."""
    key = _administration().create_key(name, role, days)
    sys.stderr.write(f"key {key.key_id} of {name}: send it as metadata `authorization: Bearer KEY`\n")
    console.print(key.text, markup=False)


@keys.command("list")
def list_keys() -> None:
    """Keys with their names, roles and ends, without their secrets."""
    for key in _administration().api_keys():
        ends = f"until {datetime.datetime.fromtimestamp(key.expires_at, datetime.UTC):%Y-%m-%d}"
        state = "revoked" if key.revoked else ends if key.expires_at else "for ever"
        roles = ", ".join(in_order(key.roles))
        console.print(f"{key.key_id} {key.name}: {roles}; {state}", markup=False)


@keys.command()
def revoke(key_id: str) -> None:
    """Take a key back."""
    _administration().revoke_key(key_id)
    console.print(f"key {key_id} is revoked", markup=False)


def _administration() -> IdentityAdministration:
    return administration(settings_of(None, None))


def _asks() -> bool:
    return sys.stdin.isatty()


def _line() -> str:
    return sys.stdin.readline().rstrip("\r\n")
