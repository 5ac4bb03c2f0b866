"""rmosctl login, logout, whoami: the token is kept in a file that only its owner reads."""

import os
import stat
import sys
from pathlib import Path
from typing import Annotated

import typer

from rmos.auth.v1 import auth_service_pb2 as pb
from rmos.auth.v1.auth_service_pb2_grpc import AuthServiceStub
from rmos.type.v1 import identity_pb2
from rmos_client.cli.answers import print_json, print_object
from rmos_client.cli.calling import JsonOption, ask, connected
from rmos_client.cli.console import RUNS, RunsAddress, console
from rmos_client.cli.settings import SettingsError, effective

_OWNER_ONLY = 0o600


def token_file() -> Path:
    """Where the token is kept: RMOS_TOKEN_FILE, or the user's configuration folder."""
    return Path(effective(os.environ).get("RMOS_TOKEN_FILE") or Path(typer.get_app_dir("rmos")) / "token")


def login(
    name: Annotated[str, typer.Argument(help="Who you are.")],
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """Log in for twelve hours. The password is asked for, or is the first line of standard input."""
    asked = sys.stdin.isatty()
    password = typer.prompt("Password", hide_input=True) if asked else sys.stdin.readline().rstrip("\r\n")
    with connected(AuthServiceStub, runs) as stub:
        given = ask(stub.Login, pb.LoginRequest(name=name, password=password))
    _keep(token_file(), given.token)
    if as_json:
        given.ClearField("token")  # it stands in the file
        print_json(given)
        return
    console.print(f"{given.identity.name} is logged in until {given.expire_time.ToDatetime():%Y-%m-%d %H:%M} UTC")


def logout(as_json: JsonOption = False, runs: RunsAddress = RUNS) -> None:
    """Log out: the token is ended and forgotten."""
    with connected(AuthServiceStub, runs) as stub:
        ask(stub.Logout, pb.LogoutRequest())
    token_file().unlink(missing_ok=True)
    if as_json:
        print_object(logged_out=True)
    else:
        console.print("logged out")


def whoami(as_json: JsonOption = False, runs: RunsAddress = RUNS) -> None:
    """Who you are to the servers, and what you may do."""
    with connected(AuthServiceStub, runs) as stub:
        mine = ask(stub.WhoAmI, pb.WhoAmIRequest())
    if as_json:
        print_json(mine)
        return
    if not mine.HasField("identity"):
        console.print("this server asks nobody who calls")
        return
    roles = ", ".join(identity_pb2.Role.Name(role).removeprefix("ROLE_").lower() for role in mine.roles)
    method = identity_pb2.ProofMethod.Name(mine.identity.method).removeprefix("PROOF_METHOD_").lower()
    console.print(f"{mine.identity.name}, by {method}: {roles or 'no roles'}", highlight=False, markup=False)


def _keep(path: Path, token: str) -> None:
    """Write the token to a file that was never readable by others."""
    if path.exists() and not path.is_file():
        raise SettingsError(f"{path} is no file that a token can be kept in")  # a device would be replaced by one
    path.parent.mkdir(parents=True, exist_ok=True, mode=stat.S_IRWXU)
    staged = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(token)
    staged.replace(path)
