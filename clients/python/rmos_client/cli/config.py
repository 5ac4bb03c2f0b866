"""rmosctl config: what holds for every command, and where it is said."""

import json
import os
import sys
from typing import Annotated

import typer

from rmos_client.cli import settings
from rmos_client.cli.calling import JsonOption
from rmos_client.cli.console import console

app = typer.Typer(help="The configuration file: addresses, credentials, units, your name.", no_args_is_help=True)
_UNSHOWN = "token"
_HIDDEN = "(set)"


@app.command()
def show(as_json: JsonOption = False) -> None:
    """Show each setting and whether the environment or the file says it. A token is not shown."""
    file = settings.settings_file(os.environ)
    given = settings.read(file)
    rows = {}
    for key, variable in settings.KEYS.items():
        value = os.environ.get(variable) or given.get(key, "")
        source = variable if os.environ.get(variable) else str(file) if key in given else "default"
        rows[key] = {"value": _HIDDEN if value and key == _UNSHOWN else value, "source": source}
    if as_json:
        sys.stdout.write(json.dumps({"file": str(file), "settings": rows}, indent=2) + "\n")
        return
    for key, row in rows.items():
        console.print(f"{key}: {row['value'] or '-'}  ({row['source']})", highlight=False, soft_wrap=True)


@app.command("set")
def set_value(
    key: Annotated[str, typer.Argument(help=f"{', '.join(settings.KEYS)}.")],
    value: Annotated[str, typer.Argument(help="Its value; empty removes it.")],
    as_json: JsonOption = False,
) -> None:
    """Set a key in the configuration file; only you can read the file."""
    file = settings.settings_file(os.environ)
    settings.write(file, key, value)
    if as_json:
        sys.stdout.write(json.dumps({"file": str(file), "key": key, "set": bool(value)}) + "\n")
    else:
        console.print(f"{key} is {'set' if value else 'removed'} in {file}", highlight=False, soft_wrap=True)
