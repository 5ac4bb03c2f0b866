"""Configuration: flags first, then the environment, then defaults. Anything unknown or ambiguous stops the server."""

import argparse
import difflib
from collections.abc import Mapping, Sequence
from importlib import metadata
from typing import ClassVar, NoReturn, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.fields import FieldInfo

from foundation.visible_text import shown_line
from rpckit.environment import KEYS


class ConfigurationError(Exception):
    """The configuration names something unknown, gives a value twice, or breaks a rule."""


class Settings(BaseModel):
    """Base of a server's settings. `environment` names the variables of each field; the first is the proper name."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    environment: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    commands: ClassVar[Mapping[str, str]] = {}
    """Commands that the program has beside serving, each with what it does."""


S = TypeVar("S", bound=Settings)


def load(settings: type[S], *, program: str, arguments: Sequence[str], environ: Mapping[str, str]) -> S:
    """Settings from flags and environment.

    Raises:
        ConfigurationError: Unknown variable, two aliases at once, or a value that breaks a rule.
    """
    _refuse_unknown(environ)
    values = {field: value for field in settings.model_fields if (value := _from_environ(settings, field, environ))}
    values.update(_from_flags(settings, program, arguments))
    try:
        return settings.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = str(first["loc"][0]) if first["loc"] else "configuration"
        names = " or ".join((f"--{field.replace('_', '-')}", *settings.environment.get(field, ())))
        raise ConfigurationError(f"{names}: {first['msg']} (given: {first['input']!r})") from error


def _refuse_unknown(environ: Mapping[str, str]) -> None:
    for name in environ:
        if name.startswith("RMOS_") and name not in KEYS:
            near = difflib.get_close_matches(name, KEYS, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise ConfigurationError(f"unknown environment variable {name}{hint}")


def _from_environ(settings: type[Settings], field: str, environ: Mapping[str, str]) -> str | None:
    given = [name for name in settings.environment.get(field, ()) if environ.get(name)]
    if len(given) > 1:
        raise ConfigurationError(f"{' and '.join(given)} name the same setting; keep one")
    return environ[given[0]] if given else None


def _from_flags(settings: type[Settings], program: str, arguments: Sequence[str]) -> dict[str, str]:
    parser = _Parser(
        prog=program,
        description=settings.__doc__,
        epilog=_commands(settings, program),
        argument_default=argparse.SUPPRESS,
        formatter_class=_Help,
    )
    parser.add_argument("--version", action="version", version=f"{program} {metadata.version('rmos')}")
    for name, field in settings.model_fields.items():
        variables = ", ".join(settings.environment.get(name, ()))
        description = (field.description or "").replace("%", "%%")
        known = f" [{variables}]" if variables else ""
        parser.add_argument(f"--{name.replace('_', '-')}", help=f"{description}{known}{_default(field, description)}")
    return vars(parser.parse_args(list(arguments)))


class _Parser(argparse.ArgumentParser):
    """Says what is wrong with a command line in one line that a terminal does not obey."""

    def error(self, message: str) -> NoReturn:
        super().error(shown_line(message))


class _Help(argparse.HelpFormatter):
    """Leaves the lines of the commands as they are."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return text if "\n" in text else super()._fill_text(text, width, indent)


def _commands(settings: type[Settings], program: str) -> str | None:
    if not settings.commands:
        return None
    lines = (f"  python -m {program} {name:<10} {what}" for name, what in settings.commands.items())
    return "\n".join(["commands, each with a --help of its own:", *lines])


def _default(field: FieldInfo, description: str) -> str:
    """What holds where nothing is said, unless the description tells it."""
    usual = field.get_default(call_default_factory=True, validated_data={})
    if "default: " in description:
        return ""
    return f" default: {'none' if usual is None or usual == '' else usual}"
