"""rmosctl watch: a line per record as it becomes durable."""

import json
import sys
from typing import Annotated

import typer

from rmos.runs.v1 import run_pb2
from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.type.v1 import risk_pb2
from rmos_client.cli.answers import as_dict
from rmos_client.cli.calling import JsonOption
from rmos_client.cli.console import RUNS, RunsAddress, console
from rmos_client.rmos import Rmos


def watch(
    filter: Annotated[str, typer.Argument(help="Which runs; the syntax of list.")] = "",
    count: Annotated[int, typer.Option(help="End after as many records; 0 watches until interrupted.")] = 0,
    resume_token: Annotated[str, typer.Option(help="Go on after this token of an earlier watch.")] = "",
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """Show what is recorded, as it happens; each line ends with the token to go on from."""
    seen = 0
    with Rmos(runs=runs) as client:
        for message in client.watch(filter, resume_token=resume_token):
            if not message.kind:
                continue
            seen += 1
            if as_json:  # a line each: the stream has no end
                sys.stdout.write(json.dumps(as_dict(message)) + "\n")
                sys.stdout.flush()
            else:
                _tell(message)
            if seen == count:
                return


def _tell(message: pb.WatchRunsResponse) -> None:
    run = message.run
    status = run_pb2.RunStatus.Name(run.status).removeprefix("RUN_STATUS_")
    risk = risk_pb2.RiskLevel.Name(run.risk_level).removeprefix("RISK_LEVEL_")
    line = f"{run.run_id}  {message.kind:<11} {status:<7} {risk:<7} {run.mode}  {message.resume_token}"
    console.print(line, highlight=False, soft_wrap=True)
