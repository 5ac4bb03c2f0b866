"""The generated Go and TypeScript stubs compile and evaluate the rosette, as they are committed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from testkit.local_servers import LocalServers

CLIENTS = Path(__file__).parents[2] / "clients"
PATH = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
pytestmark = pytest.mark.xdist_group("generate")


def call(command: list[str], folder: Path) -> str:
    environment = os.environ | {"PATH": PATH, "GOFLAGS": "-mod=mod"}
    executable = shutil.which(command[0], path=PATH)
    assert executable is not None, f"{command[0]} comes with the test requirements"
    done = subprocess.run(
        [executable, *command[1:]],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_go_evaluates_the_rosette(servers: LocalServers) -> None:
    answer = call(["go", "run", "./examples/evaluate", servers.feasibility.address], CLIENTS / "go")
    assert answer.startswith("RISK_LEVEL_GREEN 100 baseline_v2")
    assert "0.0127 to 0.19" in answer


def test_typescript_evaluates_the_rosette(servers: LocalServers) -> None:
    folder = CLIENTS / "typescript"
    if not (folder / "node_modules").exists():
        call(["npm", "ci"], folder)
    call(["npm", "run", "build"], folder)
    answer = call(["node", "dist/examples/evaluate.js", servers.feasibility.address], folder)
    assert answer.startswith("GREEN 100 baseline_v2")
    assert "0.0127 to 0.19" in answer
