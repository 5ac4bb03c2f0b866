"""rmosctl list: what was recorded."""

from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from rmos_client.cli.answers import print_list, print_object
from rmos_client.cli.calling import JsonOption
from rmos_client.cli.console import RUNS, RunsAddress, console
from rmos_client.cli.program import HELD_BACK, program_state
from rmos_client.cli.report_view import coloured, level_name
from rmos_client.cli.run_view import gate_name, status_name
from rmos_client.cli.tables import Rows
from rmos_client.errors import RmosError
from rmos_client.rmos import Rmos
from rmos_client.run_tables import FORMATS, write_runs

_SHOWN = 20
"""Runs that are listed where nobody says how many."""


def list_runs(
    filter: Annotated[str, typer.Option(help='For example: status = BLOCKED AND tool_id = "end_mill_*"')] = "",
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many. Default: 20, into a file all.")] = None,
    output: Annotated[Path | None, typer.Option(help="Write them to a file: .csv, or .jsonl with a line each.")] = None,
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """List runs, newest first."""
    if output is not None:
        _write(output, filter, limit, runs, as_json=as_json)
        return
    limit = limit or _SHOWN
    if as_json:
        with Rmos(runs=runs) as client:
            found = islice(client.list_runs(filter=filter, page_size=min(limit, 1000)), limit)
            print_list(found, (), name="runs", as_json=True)
        return
    rows: list[Sequence[str | Text]] = []
    programs: list[str] = []
    with Rmos(runs=runs) as client:
        for run in islice(client.list_runs(filter=filter, page_size=min(limit, 1000)), limit):
            programs.append(_program(client, run.run_id))
            score = f"{run.score:.0f}" if run.HasField("score") else "-"
            level, gate = coloured(level_name(run.risk_level)), gate_name(run.gate_decision)
            recorded = run.create_time.ToJsonString()[:19]
            verdict = (status_name(run.status), level, score, gate, programs[-1])
            rows.append((run.run_id, recorded, *verdict, run.tool_id, run.design_name))
    titles = ("run", "recorded", "status", "level", "score", "gate", "program", "tool", "design")
    console.print(Rows(titles, rows), highlight=False)
    if count := sum(programs.count(word) for word in HELD_BACK.values()):
        console.print(f"{count} of these runs are held back by their programs: rmosctl show says why", highlight=False)


def _write(output: Path, filter: str, limit: int | None, runs: str, *, as_json: bool) -> None:
    if output.suffix.lower() not in FORMATS:
        raise typer.BadParameter(f"{output.name!r} ends neither in .csv nor in .jsonl", param_hint="--output")
    with Rmos(runs=runs) as client:
        count = write_runs(islice(client.list_runs(filter=filter, page_size=1000), limit), output)
    if as_json:
        print_object(output=str(output), run_count=count)
    else:
        console.print(f"{count} runs in {output}", highlight=False)


def _program(client: Rmos, run_id: str) -> str:
    """What the audit of a run's programs came to; the list itself does not say."""
    try:
        return program_state(client.get_run(run_id))
    except RmosError:
        return "run cannot be read"
