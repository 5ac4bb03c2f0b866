"""rmosctl: ask, record, list, show and compare, move files, pack, watch, verify, train. `rmosctl --help` says more.

Exit codes: 0 done and good · 1 the call failed · 2 wrong usage · 3 not feasible · 4 not verified.
"""

import sys

import typer

from rmos_client.cli import (
    compare,
    download,
    evaluate,
    explain,
    gcode,
    hold,
    import_tools,
    lineage,
    listing,
    pack,
    preview,
    recommend,
    record,
    show,
    sweep,
    teaching,
    upload,
    verify,
    watch,
)
from rmos_client.cli.console import error_console
from rmos_client.errors import RmosError
from rmos_client.jobs import JobFileError

app = typer.Typer(
    name="rmosctl",
    help="Ask the RMOS servers: can it be cut, what was cut, and is the record still true?",
    no_args_is_help=True,
    add_completion=False,
)
app.command("evaluate")(evaluate.evaluate)
app.command("explain")(explain.explain)
app.command("recommend")(recommend.recommend)
app.command("sweep")(sweep.sweep)
app.command("import-tools")(import_tools.import_tools)
app.command("record")(record.record)
app.command("list")(listing.list_runs)
app.command("show")(show.show)
app.command("upload")(upload.upload)
app.command("download")(download.download)
app.command("pack")(pack.pack)
app.command("preview")(preview.preview)
app.command("watch")(watch.watch)
app.command("verify")(verify.verify)
app.command("compare")(compare.compare)
app.command("lineage")(lineage.lineage)
app.command("hold")(hold.hold)
app.add_typer(gcode.app, name="gcode")
app.add_typer(teaching.app, name="teaching")


def main() -> None:
    """Run rmosctl; failures are printed as sentences, with the request id to look for in the server's log."""
    try:
        app()
    except RmosError as error:
        error_console.print(f"[bold red]{error.code.name}[/] {error.reason}: {error.message}", highlight=False)
        for violation in error.violations:
            error_console.print(f"  {violation.field}: {violation.description}", highlight=False, markup=False)
        for precondition in error.preconditions:
            error_console.print(f"  {precondition}", highlight=False, markup=False)
        error_console.print(f"  request id {error.request_id}", highlight=False, markup=False)
        sys.exit(1)
    except JobFileError as error:
        error_console.print(str(error), highlight=False, markup=False)
        sys.exit(2)
