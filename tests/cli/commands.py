"""rmosctl in this process, against real servers: quick enough for a test per command."""

import json
import os
from contextvars import copy_context
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from rmos_client.cli.commands import rmosctl
from testkit.local_servers import LocalServers

PROGRAM = rmosctl()
EXAMPLES = Path(__file__).parents[2] / "examples"
ROSETTE = EXAMPLES / "classical_rosette.yaml"


class Rmosctl:
    """Commands as one person."""

    def __init__(self, servers: LocalServers, *, person: str = "A. Smith", **environment: str) -> None:
        self._environment = {
            "RMOS_FEASIBILITY_ADDRESS": servers.feasibility.address,
            "RMOS_RUNS_ADDRESS": servers.runs.address,
            "RMOS_PERSON": person,
            "RMOS_CONFIG_FILE": os.devnull,
            "COLUMNS": "100",
            **environment,
        }

    def run(self, *arguments: object, stdin: str = "") -> Result:
        """A command in a context of its own: what it sets holds for it alone."""
        given = [str(item) for item in arguments]
        return copy_context().run(lambda: CliRunner().invoke(PROGRAM, given, input=stdin, env=self._environment))

    def text(self, *arguments: object) -> str:
        """What a command prints that succeeds."""
        done = self.run(*arguments)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert done.exit_code == 0, done.output
        return done.stdout

    def json(self, *arguments: object) -> Any:
        """What a command prints as JSON that succeeds."""
        return json.loads(self.text(*arguments, "--json"))
