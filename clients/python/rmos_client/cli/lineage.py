"""rmosctl lineage: what a run comes from, and what came from it."""

from typing import Annotated

import typer
from rich.text import Text
from rich.tree import Tree

from rmos.runs.v1 import runs_service_pb2 as pb
from rmos_client.cli.answers import print_json
from rmos_client.cli.calling import JsonOption
from rmos_client.cli.console import RUNS, RunsAddress, console
from rmos_client.cli.report_view import coloured, level_name
from rmos_client.cli.run_view import status_name
from rmos_client.rmos import Rmos


def lineage(
    run_id: Annotated[str, typer.Argument(help="The run.")],
    hops: Annotated[int, typer.Option(min=0, max=100, help="At most so many hops each way.")] = 10,
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """Show the parents and the children of a run as a tree."""
    with Rmos(runs=runs) as client:
        found = client.lineage(run_id, hops=hops)
    if as_json:
        print_json(found)
        return
    lines = [(relative.run.name, _line(relative.run)) for relative in reversed(found.ancestors)]
    (name, first), *rest = [*lines, (f"runs/{run_id}", Text(run_id, style="bold"))]
    tree = here = Tree(first)
    branches = {name: tree}
    for name, line in rest:
        branches[name] = here = here.add(line)
    for relative in found.descendants:
        branches[relative.run.name] = branches.get(relative.parent, here).add(_line(relative.run))
    console.print(tree)
    if found.missing_parent:
        console.print(f"the first of them names a parent that is not here: {found.missing_parent}", markup=False)
    if found.truncated:
        console.print("there are more beyond; --hops shows more")


def _line(run: pb.RunSummary) -> Text:
    recorded = run.create_time.ToJsonString()[:19]
    return Text.assemble(f"{run.run_id}  {recorded}  {status_name(run.status)}  ", coloured(level_name(run.risk_level)))
