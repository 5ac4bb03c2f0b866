"""rmosctl list: what was recorded."""

from collections.abc import Sequence
from itertools import islice
from typing import Annotated

import typer
from rich.text import Text

from rmos_client.cli.answers import print_list
from rmos_client.cli.calling import JsonOption
from rmos_client.cli.console import RUNS, RunsAddress, console
from rmos_client.cli.program import HELD_BACK, program_state
from rmos_client.cli.report_view import coloured, level_name
from rmos_client.cli.run_view import gate_name, status_name
from rmos_client.cli.tables import Rows
from rmos_client.errors import RmosError
from rmos_client.runs import RunsClient


def list_runs(
    filter: Annotated[str, typer.Option(help='For example: status = BLOCKED AND tool_id = "end_mill_*"')] = "",
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 20,
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """List runs, newest first."""
    if as_json:
        with RunsClient(runs) as client:
            found = islice(client.list_runs(filter=filter, page_size=min(limit, 1000)), limit)
            print_list(found, (), name="runs", as_json=True)
        return
    rows: list[Sequence[str | Text]] = []
    programs: list[str] = []
    with RunsClient(runs) as client:
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


def _program(client: RunsClient, run_id: str) -> str:
    """What the audit of a run's programs came to; the list itself does not say."""
    try:
        return program_state(client.get_run(run_id))
    except RmosError:
        return "run cannot be read"
