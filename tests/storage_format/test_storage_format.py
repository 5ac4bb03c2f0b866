"""A reader in another language, written from docs/storage-format.md, reads a real store and finds every damage."""

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import grpc
import pytest

from foundation import canonical_json
from rmos.runs.v1 import run_pb2, runs_service_pb2_grpc
from rmos.runs.v1 import runs_service_pb2 as pb
from rmos_client.rmos import Rmos
from rmos_client.transfers import Upload
from testkit.local_servers import LocalServers
from tests import builders
from tests.administration.offline import offline
from tests.legacy.v1_store import build
from tests.passing_programs import GRBL, RING
from tests.sessions import SessionActor

HERE = Path(__file__).parent
VECTORS: list[dict[str, Any]] = json.loads((HERE / "vectors.json").read_text())
TIMEOUT_S = 60.0


def check(*arguments: Path) -> tuple[int, str]:
    node = shutil.which("node", path=str(Path(sys.executable).parent))
    assert node is not None, "node comes with the test requirements"
    done = subprocess.run(
        [node, HERE / "check_store.mjs", *arguments], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_the_vectors_are_what_is_written(vector: dict[str, Any]) -> None:
    assert canonical_json.dumps(vector["value"]).decode() == vector["bytes"]
    assert hashlib.sha256(vector["bytes"].encode()).hexdigest() == vector["digest"]


def test_another_language_agrees_on_every_vector(tmp_path: Path) -> None:
    assert check(HERE / "vectors.json") == (0, f"{len(VECTORS)} vectors, 0 faults\n")
    altered = [{**VECTORS[0], "digest": "0" * 64}, *VECTORS[1:]]
    (tmp_path / "altered.json").write_text(json.dumps(altered))
    assert check(tmp_path / "altered.json")[0] == 1


def test_another_language_reads_a_store_and_finds_damage(own_servers: LocalServers, tmp_path: Path) -> None:
    program = tmp_path / "ring.nc"
    program.write_text("a note on the ring\n")
    with Rmos(runs=own_servers.runs.address) as runs, grpc.insecure_channel(own_servers.runs.address) as channel:
        stub = runs_service_pb2_grpc.RunsServiceStub(channel)
        created = builders.create_request(builders.YELLOW, gcode_text=RING, envelope=GRBL)
        run = stub.CreateRun(created, timeout=TIMEOUT_S).run
        stub.CreateRun(builders.create_request(gcode_text="M2\n"), timeout=TIMEOUT_S)
        stub.AnnotateRun(pb.AnnotateRunRequest(name=run.name, person="M. Sato", note="geprüft – 良"), timeout=TIMEOUT_S)
        runs.upload(Upload(program, kind="debug"), run_id=run.run_id)
        stub.OverrideRun(
            pb.OverrideRunRequest(
                name=run.name, person="A. Lead", reason="the scrap cut was clean", risk_level=run.decision.risk_level
            ),
            timeout=TIMEOUT_S,
        )
        stub.RecordExecution(
            pb.RecordExecutionRequest(name=run.name, step=run_pb2.EXECUTION_STEP_STARTED), timeout=TIMEOUT_S
        )
        stub.SuggestAdvisory(pb.SuggestAdvisoryRequest(name=run.name), timeout=TIMEOUT_S)
    with SessionActor(own_servers.runs.address, name="M. Sato") as workflow:
        session = workflow.set_context(workflow.create(), created.context)
        workflow.set_design(session, created.design)
    own_servers.runs.stop()
    store = own_servers.store
    index = build(tmp_path / "v1", 1, unreadable=0)
    assert offline("migrate", "apply", index, "--runs-dir", store).returncode == 0
    assert check(store, store / "attachments") == (0, "3 runs, 15 records, 2 attachments, 0 faults\n")
    day = next(path.parent for path in store.glob(f"*/{run.run_id}.json"))
    damages: list[tuple[Path, Callable[[bytes], bytes]]] = [
        (day / f"{run.run_id}.json", lambda data: data.replace(b'"YELLOW"', b'"GREEN"', 1)),
        (day / f"{run.run_id}_annotation_000000.json", lambda data: data.replace(b"Sato", b"Soto")),
        (next((store / "attachments").glob("??/??/*")), lambda data: data + b"\n"),
        (day / f"{session.session_id}_session_000001.json", lambda data: data.replace(b"rosette", b"rosetta", 1)),
    ]
    for path, damage in damages:
        before = path.read_bytes()
        path.chmod(0o644)
        path.write_bytes(damage(before))
        code, text = check(store, store / "attachments")
        assert code == 1, text
        path.write_bytes(before)
    (day / f"{run.run_id}_override_000000.json").unlink()
    assert check(store, store / "attachments")[0] == 1
