"""The configuration file of rmosctl: addresses, credentials, units and a name, in TOML.

A flag goes before the environment, the environment before the file, the file before what is built in.
"""

import difflib
import os
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typer

from rmos_client.units import Units

KEYS: Mapping[str, str] = {
    "feasibility_address": "RMOS_FEASIBILITY_ADDRESS",
    "runs_address": "RMOS_RUNS_ADDRESS",
    "person": "RMOS_PERSON",
    "units": "RMOS_UNITS",
    "token": "RMOS_TOKEN",
    "token_file": "RMOS_TOKEN_FILE",
    "ca": "RMOS_CA",
    "certificate": "RMOS_CERTIFICATE",
    "key": "RMOS_KEY",
}
"""Each key, and the variable of the environment that goes before it."""
_READ_BY_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class SettingsError(Exception):
    """The configuration file cannot be used; the message names file, key and what is allowed."""


def settings_file(environ: Mapping[str, str]) -> Path:
    """Where the file is: RMOS_CONFIG_FILE, or config.toml in the user's configuration folder, as XDG has it."""
    return Path(environ.get("RMOS_CONFIG_FILE") or Path(typer.get_app_dir("rmos")) / "config.toml")


def read(file: Path) -> Mapping[str, str]:
    """What a file sets; nothing where there is none.

    Raises:
        SettingsError: It is no TOML, a key or a value is not allowed, or others may read the token in it.
    """
    try:
        with file.open("rb") as opened:
            others = os.fstat(opened.fileno()).st_mode & _READ_BY_OTHERS
            given = tomllib.load(opened)
    except FileNotFoundError:
        return {}
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{file}: {error}") from error
    for key, value in given.items():
        check(key, value, f"{file}: ")
    if "token" in given and others:
        raise SettingsError(f"{file}: holds a token, and others may read it; chmod 600 {file}")
    return given


def check(key: str, value: object, where: str = "") -> None:
    """See that a key exists and may have a value.

    Raises:
        SettingsError: It does not, or may not.
    """
    if key not in KEYS:
        near = difflib.get_close_matches(key, KEYS, n=2)
        hint = f"did you mean {' or '.join(near)}?" if near else f"allowed: {', '.join(KEYS)}"
        raise SettingsError(f"{where}there is no key {key!r}; {hint}")
    if not isinstance(value, str):
        raise SettingsError(f'{where}{key}: {value!r} is no text; write "{value}"')
    if key == "units" and value not in list(Units):
        raise SettingsError(f"{where}units: {value!r}; allowed: {', '.join(Units)}")


def effective(environ: Mapping[str, str]) -> Mapping[str, str]:
    """The environment, with what the file sets where the environment says nothing.

    Raises:
        SettingsError: The file cannot be used.
    """
    given = read(settings_file(environ))
    said = {variable: value for variable, value in environ.items() if value or variable not in KEYS.values()}
    return {KEYS[key]: value for key, value in given.items()} | said


def defaults(command: Any, environ: Mapping[str, str]) -> Mapping[str, Any]:
    """Defaults of every option below a command that a variable of the environment may set."""
    found: dict[str, Any] = {
        parameter.name: environ[parameter.envvar]
        for parameter in command.params
        if isinstance(parameter.envvar, str) and environ.get(parameter.envvar)
    }
    below = getattr(command, "commands", {})
    return found | {name: defaults(inner, environ) for name, inner in below.items()}


def write(file: Path, key: str, value: str) -> None:
    """Set a key, or remove it where the value is empty. Every other line stays; only its owner reads the file.

    Raises:
        SettingsError: The key or the value is not allowed, or the file cannot be used as it is.
    """
    check(key, value or Units.MM)
    if file.exists() and not file.is_file():
        raise SettingsError(f"{file} is no file that settings can be kept in")  # a device would be replaced by one
    read(file)
    kept = [line for line in _lines(file) if line.partition("=")[0].strip() != key]
    text = "".join(f"{line}\n" for line in ([*kept, f"{key} = {_quoted(value)}"] if value else kept))
    file.parent.mkdir(parents=True, exist_ok=True, mode=stat.S_IRWXU)
    staged = file.with_suffix(f".{os.getpid()}")
    descriptor = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_EXCL, stat.S_IRUSR | stat.S_IWUSR)
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        opened.write(text)
    staged.replace(file)


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


def _quoted(value: str) -> str:
    """A basic string of TOML."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return (
        '"' + "".join(f"\\u{ord(char):04x}" if ord(char) < 32 or ord(char) == 127 else char for char in escaped) + '"'
    )
