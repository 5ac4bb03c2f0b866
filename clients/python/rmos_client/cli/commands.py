"""The commands of rmosctl, and where each is: only the file of the one that is called is read.

Reading all of them takes longer than most calls.
"""

import os
from collections.abc import Mapping, Sequence
from importlib import import_module, metadata
from typing import Annotated

import typer

from rmos_client.cli import login, settings
from rmos_client.cli.console import console
from rmos_client.credentials import current_credentials, from_environment
from rmos_client.units import Units, shop_units

_ASK, _RECORD, _MACHINE, _FILES, _STORE = "Before the cut", "Runs", "At the machine", "Files", "More"
_COMMANDS: Mapping[str, tuple[str, str, str]] = {
    "evaluate": (_ASK, "evaluate", "evaluate"),
    "explain": (_ASK, "explain", "explain"),
    "recommend": (_ASK, "recommend", "recommend"),
    "sweep": (_ASK, "sweep", "sweep"),
    "rosettes": (_ASK, "rosettes", "rosettes"),
    "record": (_RECORD, "record", "record"),
    "list": (_RECORD, "listing", "list_runs"),
    "count": (_RECORD, "store", "count"),
    "show": (_RECORD, "show", "show"),
    "watch": (_RECORD, "watch", "watch"),
    "compare": (_RECORD, "compare", "compare"),
    "lineage": (_RECORD, "lineage", "lineage"),
    "verify": (_RECORD, "verify", "verify"),
    "hold": (_RECORD, "hold", "hold"),
    "note": (_RECORD, "people", "note"),
    "notes": (_RECORD, "people", "notes"),
    "advise": (_RECORD, "people", "advise"),
    "advisories": (_RECORD, "people", "advisories"),
    "explanation": (_RECORD, "people", "explanation"),
    "audit": (_MACHINE, "audit", "audit"),
    "accept": (_MACHINE, "accept", "accept"),
    "gate": (_MACHINE, "gate", "gate"),
    "override": (_MACHINE, "people", "override"),
    "pack": (_MACHINE, "pack", "pack"),
    "start": (_MACHINE, "execution", "start"),
    "finish": (_MACHINE, "execution", "finish"),
    "abort": (_MACHINE, "execution", "abort"),
    "scrap": (_MACHINE, "execution", "scrap"),
    "replay": (_MACHINE, "execution", "replay"),
    "upload": (_FILES, "upload", "upload"),
    "download": (_FILES, "download", "download"),
    "preview": (_FILES, "preview", "preview"),
    "import-tools": (_STORE, "import_tools", "import_tools"),
    "export-tools": (_STORE, "export_tools", "export_tools"),
    "vocabulary": (_STORE, "rosettes", "vocabulary"),
    "login": (_STORE, "login", "login"),
    "logout": (_STORE, "login", "logout"),
    "whoami": (_STORE, "login", "whoami"),
}
_GROUPS: Mapping[str, tuple[str, str, str]] = {
    "gcode": (_FILES, "gcode", "app"),
    "attachments": (_FILES, "attachments", "app"),
    "sheet": (_MACHINE, "sheet", "app"),
    "request": (_MACHINE, "request", "app"),
    "session": (_STORE, "session", "app"),
    "review": (_STORE, "review", "app"),
    "job": (_STORE, "job", "app"),
    "pattern": (_STORE, "pattern", "app"),
    "catalogue": (_STORE, "catalogue", "app"),
    "teaching": (_STORE, "teaching", "app"),
    "store": (_STORE, "store", "app"),
    "config": (_STORE, "config", "app"),
}


def rmosctl(only: str | None = None) -> typer.Typer:
    """The program with all its commands, or with one of them."""
    app = typer.Typer(
        name="rmosctl",
        help=(
            "Ask the RMOS servers: can it be cut, what was cut, and is the record still true?\n\n"
            "Exit codes: 0 done and good, 1 the call failed, 2 wrong usage, 3 not feasible, 4 not verified, "
            "130 interrupted."
        ),
        no_args_is_help=True,
    )
    app.callback()(_options)
    for name, (panel, module, attribute) in {**_COMMANDS, **_GROUPS}.items():
        if only in {None, name}:
            command = getattr(import_module(f"rmos_client.cli.{module}"), attribute)
            if name in _GROUPS:
                app.add_typer(command, name=name, rich_help_panel=panel)
            else:
                app.command(name, rich_help_panel=panel)(command)
    return app


def called(arguments: Sequence[str]) -> str | None:
    """The command that a command line names, or None where it cannot be told without knowing all of them."""
    rest = list(arguments)
    while rest and rest[0].startswith("--units"):
        rest = rest[1:] if "=" in rest[0] else rest[2:]
    known = rest and "_RMOSCTL_COMPLETE" not in os.environ and (rest[0] in _COMMANDS or rest[0] in _GROUPS)
    return rest[0] if known else None


def _print_version(asked: bool) -> None:  # noqa: FBT001  # typer calls it
    if asked:
        console.print(f"rmosctl {metadata.version('rmos-client')}", highlight=False)
        raise typer.Exit


def _options(
    context: typer.Context,
    units: Annotated[
        Units,
        typer.Option("--units", envvar="RMOS_UNITS", help="What lengths and feeds are printed in; JSON keeps mm."),
    ] = Units.MM,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and stop.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """What holds for every command."""
    environ = settings.effective(os.environ)
    context.default_map = dict(settings.defaults(context.command, environ))
    shop_units.set(Units(environ.get("RMOS_UNITS", units)) if _is_default(context, "units") else units)
    current_credentials.set(from_environment(environ, login.token_file()))


def _is_default(context: typer.Context, name: str) -> bool:
    source = context.get_parameter_source(name)
    return source is not None and source.name == "DEFAULT"
