"""The generated Go and TypeScript stubs compile and do a day's work, as they are committed."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from google.protobuf import json_format

from testkit.local_servers import LocalServers
from tests import builders

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


def a_day_of_work(folder: Path) -> tuple[Path, Path]:
    """A request that records a run, and a program of 46 MB that no server has."""
    request, program = folder / "create_run.json", folder / "program.nc"
    request.write_text(json_format.MessageToJson(builders.create_request()))
    line = f"G1 X1 Y1 ({uuid.uuid4()})\n".encode()
    program.write_bytes(line * (46_000_000 // len(line)))
    return request, program


def test_go_evaluates_the_rosette(servers: LocalServers) -> None:
    answer = call(["go", "run", "./examples/evaluate", servers.feasibility.address], CLIENTS / "go")
    assert answer.startswith("RISK_LEVEL_GREEN 100 baseline_v2")
    assert "0.0127 to 0.19" in answer


def test_go_watches_records_and_goes_on_with_a_program_of_46_mb(servers: LocalServers, tmp_path: Path) -> None:
    request, program = a_day_of_work(tmp_path)
    told = call(["go", "run", "./examples/journey", servers.runs.address, str(request), str(program)], CLIENTS / "go")
    watched, scores, uploaded, refused, traced, unknown = told.splitlines()
    assert re.fullmatch(r"watched run_\w+ RISK_LEVEL_GREEN", watched)
    assert re.fullmatch(r"scores [1-9]\d* absent [1-9]\d* zero 0", scores)
    digest = hashlib.sha256(program.read_bytes()).hexdigest()
    assert uploaded == f"went on true stored {program.stat().st_size} {digest}"
    assert (refused, traced, unknown) == ("NotFound RUN_NOT_FOUND", "request id true", "unknown level 99")


@pytest.fixture(scope="module")
def typescript() -> Path:
    """The folder of the TypeScript client, compiled."""
    folder = CLIENTS / "typescript"
    if not (folder / "node_modules").exists():
        call(["npm", "ci"], folder)
    call(["npm", "run", "build"], folder)
    return folder


def test_typescript_evaluates_the_rosette(servers: LocalServers, typescript: Path) -> None:
    answer = call(["node", "dist/examples/evaluate.js", servers.feasibility.address], typescript)
    assert answer.startswith("GREEN 100 baseline_v2")
    assert "0.0127 to 0.19" in answer


def test_typescript_watches_records_and_goes_on_with_a_program_of_46_mb(
    servers: LocalServers, typescript: Path, tmp_path: Path
) -> None:
    request, program = a_day_of_work(tmp_path)
    command = ["node", "dist/examples/journey.js", servers.runs.address, str(request), str(program)]
    watched, scores, uploaded, refused, traced, unknown = call(command, typescript).splitlines()
    assert re.fullmatch(r"watched run_\w+ GREEN", watched)
    assert re.fullmatch(r"scores [1-9]\d* absent [1-9]\d* zero 0", scores)
    digest = hashlib.sha256(program.read_bytes()).hexdigest()
    assert uploaded == f"went on true stored {program.stat().st_size} {digest}"
    assert (refused, traced, unknown) == ("NotFound RUN_NOT_FOUND", "request id true", "unknown level 99")
