"""Run a command, and say in sentences what kept it from succeeding."""

import os
import signal
import sys
from typing import Any, cast

import grpc
import typer
from rich.text import Text
from typer.exceptions import TyperException
from typer.rich_utils import rich_format_error

from rmos_client.cli import commands
from rmos_client.cli.console import EXIT_FAILED, error_console
from rmos_client.cli.plain_console import visible
from rmos_client.cli.settings import SettingsError
from rmos_client.credentials import UnsafeTokenError
from rmos_client.errors import RmosError
from rmos_client.jobs import JobFileError

_WRONG_USAGE, _INTERRUPTED = 2, 130


def run() -> None:
    """Run rmosctl; failures are printed as sentences, with the request id to look for in the server's log."""
    signal.signal(signal.SIGINT, _interrupted)
    sys.exit(_delivered(_outcome()))


def _outcome() -> int:
    """What a command came to, as an exit code."""
    try:
        return int(commands.rmosctl(commands.called(sys.argv[1:]))(standalone_mode=False) or 0)
    except TyperException as error:
        error.message = visible(error.message)  # it may repeat what was typed, such as the name of somebody else's file
        rich_format_error(cast("Any", error))  # as typer itself does, which says no more of its type
        return _WRONG_USAGE
    except typer.Abort:
        error_console.print("Given up: there is nothing more to read.")
        return EXIT_FAILED
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):
            return 0  # nobody reads on: that is no failure
        return end.code if isinstance(end.code, int) else 0
    except RmosError as error:
        _tell(error)
        return EXIT_FAILED
    except (JobFileError, SettingsError, UnsafeTokenError) as error:
        error_console.print_lines(str(error))  # a job file may have several faults, each in a line of its own
        return _WRONG_USAGE
    except OSError as error:
        _tell_os_error(error)
        return EXIT_FAILED


def _delivered(code: int) -> int:
    """The exit code, once what was printed has left; 1 where it could not."""
    try:
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the interpreter tries again, and complains
        if not isinstance(error, BrokenPipeError) and code != EXIT_FAILED:
            _tell_os_error(error)
            return EXIT_FAILED
    return code


def _tell_os_error(error: OSError) -> None:
    error_console.print(f"{error.filename or 'output'}: {error.strerror}", highlight=False, markup=False)


def _interrupted(*_: object) -> None:
    sys.exit(_INTERRUPTED)


def _tell(error: RmosError) -> None:
    if error.code is grpc.StatusCode.UNAVAILABLE and error.remedy:
        said = visible(f"no answer: {error.message}; {error.remedy}")
        error_console.print(said, highlight=False, markup=False, soft_wrap=True)
        return
    cause = f" {error.reason}" if error.reason else ""
    message = f"{error.message}; {error.remedy}" if error.remedy else error.message
    error_console.print(Text.assemble((error.code.name, "bold red"), f"{cause}: {visible(message)}"), highlight=False)
    for violation in error.violations:
        error_console.print(f"  {violation.field}: {violation.description}", highlight=False, markup=False)
    for precondition in error.preconditions:
        error_console.print(f"  {precondition}", highlight=False, markup=False)
    error_console.print(f"  request id {error.request_id}", highlight=False, markup=False)
