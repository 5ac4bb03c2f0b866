"""rmosctl: ask, record, list, show and compare, move files, pack, watch, verify, train. `rmosctl --help` says more.

Exit codes: 0 done and good · 1 the call failed · 2 wrong usage · 3 not feasible · 4 not verified.
"""

import os
import signal
import sys
from collections.abc import Callable, Mapping
from importlib import metadata
from typing import Annotated

import grpc
import typer
from rich.text import Text

from rmos_client.cli import (
    accept,
    attachments,
    audit,
    catalogue,
    compare,
    config,
    download,
    evaluate,
    execution,
    explain,
    export_tools,
    gate,
    gcode,
    hold,
    import_tools,
    job,
    lineage,
    listing,
    login,
    pack,
    pattern,
    people,
    preview,
    recommend,
    record,
    request,
    review,
    rosettes,
    session,
    settings,
    sheet,
    show,
    store,
    sweep,
    teaching,
    upload,
    verify,
    watch,
)
from rmos_client.cli.console import EXIT_FAILED, console, error_console
from rmos_client.cli.plain_console import visible
from rmos_client.cli.settings import SettingsError
from rmos_client.credentials import UnsafeTokenError, current_credentials, from_environment
from rmos_client.errors import RmosError
from rmos_client.jobs import JobFileError
from rmos_client.units import Units, shop_units

_WRONG_USAGE, _INTERRUPTED = 2, 130
_NOT_THERE = (
    "Is the server running? `make serve` starts both; RMOS_FEASIBILITY_ADDRESS and RMOS_RUNS_ADDRESS, or "
    "--feasibility and --runs, say where they are."
)
_ASK, _RECORD, _MACHINE, _FILES, _STORE = "Before the cut", "Runs", "At the machine", "Files", "More"
_COMMANDS: Mapping[str, tuple[str, Callable[..., None]]] = {
    "evaluate": (_ASK, evaluate.evaluate),
    "explain": (_ASK, explain.explain),
    "recommend": (_ASK, recommend.recommend),
    "sweep": (_ASK, sweep.sweep),
    "rosettes": (_ASK, rosettes.rosettes),
    "record": (_RECORD, record.record),
    "list": (_RECORD, listing.list_runs),
    "count": (_RECORD, store.count),
    "show": (_RECORD, show.show),
    "watch": (_RECORD, watch.watch),
    "compare": (_RECORD, compare.compare),
    "lineage": (_RECORD, lineage.lineage),
    "verify": (_RECORD, verify.verify),
    "hold": (_RECORD, hold.hold),
    "note": (_RECORD, people.note),
    "notes": (_RECORD, people.notes),
    "advise": (_RECORD, people.advise),
    "advisories": (_RECORD, people.advisories),
    "explanation": (_RECORD, people.explanation),
    "audit": (_MACHINE, audit.audit),
    "accept": (_MACHINE, accept.accept),
    "gate": (_MACHINE, gate.gate),
    "override": (_MACHINE, people.override),
    "pack": (_MACHINE, pack.pack),
    "start": (_MACHINE, execution.start),
    "finish": (_MACHINE, execution.finish),
    "abort": (_MACHINE, execution.abort),
    "scrap": (_MACHINE, execution.scrap),
    "replay": (_MACHINE, execution.replay),
    "upload": (_FILES, upload.upload),
    "download": (_FILES, download.download),
    "preview": (_FILES, preview.preview),
    "import-tools": (_STORE, import_tools.import_tools),
    "export-tools": (_STORE, export_tools.export_tools),
    "vocabulary": (_STORE, rosettes.vocabulary),
    "login": (_STORE, login.login),
    "logout": (_STORE, login.logout),
    "whoami": (_STORE, login.whoami),
}
_GROUPS: Mapping[str, tuple[str, typer.Typer]] = {
    "gcode": (_FILES, gcode.app),
    "attachments": (_FILES, attachments.app),
    "sheet": (_MACHINE, sheet.app),
    "request": (_MACHINE, request.app),
    "session": (_STORE, session.app),
    "review": (_STORE, review.app),
    "job": (_STORE, job.app),
    "pattern": (_STORE, pattern.app),
    "catalogue": (_STORE, catalogue.app),
    "teaching": (_STORE, teaching.app),
    "store": (_STORE, store.app),
    "config": (_STORE, config.app),
}
app = typer.Typer(
    name="rmosctl",
    help=(
        "Ask the RMOS servers: can it be cut, what was cut, and is the record still true?\n\n"
        "Exit codes: 0 done and good, 1 the call failed, 2 wrong usage, 3 not feasible, 4 not verified, "
        "130 interrupted."
    ),
    no_args_is_help=True,
)
for _name, (_panel, _command) in _COMMANDS.items():
    app.command(_name, rich_help_panel=_panel)(_command)
for _name, (_panel, _group) in _GROUPS.items():
    app.add_typer(_group, name=_name, rich_help_panel=_panel)


def _print_version(asked: bool) -> None:  # noqa: FBT001  # typer calls it
    if asked:
        console.print(f"rmosctl {metadata.version('rmos-client')}", highlight=False)
        raise typer.Exit


@app.callback()
def options(
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


def main() -> None:
    """Run rmosctl; failures are printed as sentences, with the request id to look for in the server's log."""
    signal.signal(signal.SIGINT, _interrupted)
    sys.exit(_delivered(_outcome()))


def _outcome() -> int:
    """What a command came to, as an exit code."""
    try:
        app()
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
    return 0


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
    if error.code is grpc.StatusCode.UNAVAILABLE and not error.reason:
        error_console.print(f"no answer: {error.message}", highlight=False, markup=False, soft_wrap=True)
        error_console.print(_NOT_THERE, highlight=False, markup=False, soft_wrap=True)
        return
    said = Text.assemble((error.code.name, "bold red"), f" {error.reason}: {visible(error.message)}")
    error_console.print(said, highlight=False)
    for violation in error.violations:
        error_console.print(f"  {violation.field}: {violation.description}", highlight=False, markup=False)
    for precondition in error.preconditions:
        error_console.print(f"  {precondition}", highlight=False, markup=False)
    error_console.print(f"  request id {error.request_id}", highlight=False, markup=False)
