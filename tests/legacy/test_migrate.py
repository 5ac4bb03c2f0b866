"""`python -m runs_svc migrate` on a synthetic v1 store, as a maintainer would use it."""

import hashlib
import json
import os
import random
import re
import shutil
import subprocess
import time
from collections import Counter
from pathlib import Path
from typing import Any

import grpc
import pytest

from rmos.runs.v1 import runs_service_pb2, runs_service_pb2_grpc
from rmos_client import Rmos, RmosError
from testkit.local_servers import LocalServers
from tests import builders
from tests.administration import offline
from tests.legacy.migrating import contents, migrate, state
from tests.legacy.v1_store import CASES, COUNT, build
from tests.service.wire import TIMEOUT_S, fail

_LIMIT_S = 300.0
_WRITES = re.compile(
    r"(?:open|openat|creat)\([^)]*(?:O_WRONLY|O_RDWR|O_CREAT)|(?:mkdir|rename|unlink|link|symlink|truncate|chmod)\w*\("
)


def test_from_plan_to_rollback(index: Path, tmp_path: Path) -> None:
    store, before = tmp_path / "store", contents(index.parent)
    report = tmp_path / "plan.json"
    planned = migrate("plan", index, store, "--report", str(report))
    assert planned.returncode == 1  # three records cannot be read
    assert not store.exists()
    assert json.loads(report.read_text())["counts"] == {"imported": COUNT, "error": 3}

    dry = migrate("apply", index, store, "--dry-run")
    assert (dry.returncode, dry.stdout) == (1, planned.stdout)
    assert not store.exists()

    applied = migrate("apply", index, store, "--report", str(report))
    assert applied.returncode == 1
    on_progress = json.loads(report.read_text())
    assert on_progress["counts"] == {"imported": COUNT, "error": 3}
    assert len(on_progress["records"]) == COUNT + 3
    assert "hunter2" not in json.dumps(on_progress)
    first = state(store)
    assert len(first["runs"]) == COUNT

    again = migrate("apply", index, store, "--report", str(report))
    assert json.loads(report.read_text())["counts"] == {"unchanged": COUNT, "error": 3}
    assert again.returncode == 1
    assert state(store) == first
    assert f"{COUNT} verified" in migrate("verify", index, store).stdout
    assert f"{COUNT} are in, 0 are not" in migrate("status", index, store).stdout

    rolled_back = migrate("rollback", index, store)
    assert rolled_back.returncode == 0, rolled_back.stdout
    empty = state(store)
    assert empty == {"ledger": [], "runs": [], "blobs": [], "files": {}}
    assert contents(index.parent) == before


def test_a_dry_run_makes_no_system_call_that_writes(index: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    assert migrate("apply", index, store).returncode == 1
    before = contents(tmp_path)
    trace = tmp_path / "trace"
    if shutil.which("strace") is None:  # without the tracer: at least nothing may be different afterwards
        migrate("plan", index, store)
        assert contents(tmp_path) == before
        return
    trace_of = ["strace", "-f", "-qq", "-e", "trace=file,ftruncate,write,pwrite64,fsync", "-o", str(trace)]
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run(
        [*trace_of, *offline.command("migrate", "plan", index, "--runs-dir", store)],
        check=False,
        capture_output=True,
        timeout=120,
        env=environment,
    )
    lines = [line for line in trace.read_text().splitlines() if str(tmp_path) in line]
    assert any("rmos.db" in line for line in lines)
    assert [line for line in lines if _WRITES.search(line)] == []
    trace.unlink()
    assert contents(tmp_path) == before


def published(index: Path, store: Path) -> dict[str, Any]:
    """What a store holds, once the next start has published what the one before was too busy for."""
    migrate("apply", index, store)
    return state(store)


def test_killed_at_random_points_and_resumed_it_ends_the_same(tmp_path: Path) -> None:
    index = build(tmp_path / "v1", 400)
    whole = tmp_path / "whole"
    started = time.monotonic()
    applying = offline.command("migrate", "apply", index, "--runs-dir")
    subprocess.run([*applying, whole], check=False, capture_output=True, timeout=_LIMIT_S)
    full_s = time.monotonic() - started
    expected, draw, kills, finished, is_new = published(index, whole), random.Random(20), 0, 0, True
    broken = tmp_path / "broken0"
    while kills < 20:
        started = time.monotonic()
        process = subprocess.Popen([*applying, broken], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            process.wait(draw.uniform(0.3, 0.95) * full_s)
        except subprocess.TimeoutExpired:
            kills, is_new = kills + 1, False
        else:  # resumed often enough, it came to its end: look at it, and begin with another store
            full_s = min(full_s, time.monotonic() - started) if is_new else full_s  # the machine has more time by now
            assert process.returncode == 1  # three records cannot be read
            assert state(broken) | {"files": {}} == expected | {"files": {}}
            assert published(index, broken) == expected
            finished, is_new = finished + 1, True
            assert finished < 40
            broken = tmp_path / f"broken{finished}"
        finally:
            process.kill()
            process.wait(_LIMIT_S)
    assert migrate("apply", index, broken).returncode == 1  # three records cannot be read
    assert published(index, broken) == expected
    assert "400 verified" in migrate("verify", index, broken).stdout


def test_native_runs_and_what_was_added_later_stay(own_servers: LocalServers, tmp_path: Path) -> None:
    index = build(tmp_path / "v1", len(CASES), unreadable=0)
    taken = next(iter(json.loads(index.read_text())))
    native = record_native(own_servers)
    refused = migrate("apply", index, own_servers.store)
    assert refused.returncode == 2
    assert "in use by another runs server" in refused.stderr
    own_servers.runs.stop()
    assert migrate("apply", index, own_servers.store).returncode == 0
    own_servers.runs.start()
    with Rmos(runs=own_servers.runs.address) as client:
        shown = client.get_run(taken)
        assert shown.origin.kind == "v1"
        downloads_by_old_name(client, json.loads(index.read_text()), tmp_path / "plan.json")
    refuses_to_evaluate(own_servers, taken)
    annotate(own_servers, taken)
    own_servers.runs.stop()
    rolled_back = migrate("rollback", index, own_servers.store)
    assert (rolled_back.returncode, f"{taken} stays" in rolled_back.stdout) == (1, True)
    own_servers.runs.start()
    with Rmos(runs=own_servers.runs.address) as client:
        left = {run.run_id for run in client.list_runs()}
    assert left == {native, taken}


def downloads_by_old_name(client: Rmos, records: dict[str, Any], target: Path) -> None:
    """An attachment that v1 named by its compact JSON: the bytes are kept as they were, under a digest of their own."""
    run_id, old = next(
        (run_id, item["sha256"])
        for run_id, record in records.items()
        for item in record.get("attachments") or ()
        if item.get("filename") == "plan.json"
    )
    header = client.download(run_id, old, target)
    assert header.sha256 == hashlib.sha256(target.read_bytes()).hexdigest() != old
    target.unlink()
    misled: Any = client
    misled.attachments = Misled(client.attachments, f"runs/{run_id}/attachments/{old}")
    with pytest.raises(RmosError, match="do not have the digest asked for"):
        client.download(run_id, "0" * 64, target)
    assert not target.exists()


class Misled:
    """A server that answers whatever is asked with one and the same attachment."""

    def __init__(self, stub: Any, name: str) -> None:
        self._stub, self._name = stub, name

    def DownloadAttachment(self, request: Any, **others: Any) -> Any:
        return self._stub.DownloadAttachment(type(request)(name=self._name), **others)


def record_native(servers: LocalServers) -> str:
    with grpc.insecure_channel(servers.runs.address) as channel:
        stub: Any = runs_service_pb2_grpc.RunsServiceStub(channel)
        run_id: str = stub.CreateRun(builders.create_request(), timeout=TIMEOUT_S).run.run_id
    return run_id


def refuses_to_evaluate(servers: LocalServers, run_id: str) -> None:
    with grpc.insecure_channel(servers.runs.address) as channel:
        stub: Any = runs_service_pb2_grpc.RunsServiceStub(channel)
        name = f"runs/{run_id}"
        for method, request in (
            (stub.ReplayRun, runs_service_pb2.ReplayRunRequest(name=name, note="again")),
            (stub.SuggestAdvisory, runs_service_pb2.SuggestAdvisoryRequest(name=name)),
        ):
            refused = fail(method, request)
            assert (refused.code, refused.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "INPUTS_NOT_RECORDED")


def annotate(servers: LocalServers, run_id: str) -> None:
    with grpc.insecure_channel(servers.runs.address) as channel:
        stub: Any = runs_service_pb2_grpc.RunsServiceStub(channel)
        request = runs_service_pb2.AnnotateRunRequest(name=f"runs/{run_id}", person="M. Sato", note="seen")
        stub.AnnotateRun(request, timeout=TIMEOUT_S)


def test_a_rollback_that_was_killed_is_run_again(index: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    migrate("apply", index, store)
    files = [path for path in store.rglob("*") if path.is_file() and not path.name.startswith((".", "rmos"))]
    kept = {path: path.read_bytes() for path in files}
    migrate("rollback", index, store)
    for path, data in kept.items():  # as if it had been killed after the ledger, before the files
        if "_import_" not in path.name and ".backups" not in path.parts:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    assert state(store)["files"]
    assert migrate("rollback", index, store).returncode == 0
    assert state(store) == {"ledger": [], "runs": [], "blobs": [], "files": {}}


def test_an_id_that_is_taken_is_a_conflict_and_stays(index: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    migrate("apply", index, store)
    before = state(store)
    records = json.loads(index.read_text())
    changed = next(key for key, value in records.items() if isinstance(value, dict) and "notes" in value)
    records[changed]["notes"] = "edited afterwards"
    index.write_text(json.dumps(records, indent=1, ensure_ascii=False))
    report = tmp_path / "report.json"
    assert migrate("apply", index, store, "--report", str(report)).returncode == 1
    outcomes = Counter(line["outcome"] for line in json.loads(report.read_text())["records"])
    assert outcomes["conflict"] == 1
    assert state(store) == before


def test_damage_is_found_and_named(index: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    migrate("apply", index, store)
    blob = next(path for path in (store / "attachments").rglob("*") if path.is_file())
    blob.chmod(0o644)
    blob.write_bytes(blob.read_bytes()[:-1] + b"x")
    checked = migrate("verify", index, store)
    assert checked.returncode == 1
    assert blob.name in checked.stdout.replace("\n", "")


def test_runs_come_out_as_v1_records(index: Path, tmp_path: Path) -> None:
    store, output = tmp_path / "store", tmp_path / "v1.json"
    migrate("apply", index, store)
    exported = migrate("export", output, store)
    assert exported.returncode == 0
    source = {
        key: value for key, value in json.loads(index.read_text()).items() if key in json.loads(output.read_text())
    }
    for record in source.values():
        if "api_key" in record.get("request_summary", {}):
            record["request_summary"]["api_key"] = "[redacted]"
    assert json.loads(output.read_text()) == source
    assert len(source) == COUNT


def test_no_secret_of_a_v1_store_is_kept(index: Path, tmp_path: Path) -> None:
    assert "hunter2" in index.read_text()
    store = tmp_path / "store"
    migrate("apply", index, store)
    assert [path for path in store.rglob("*") if path.is_file() and b"hunter2" in path.read_bytes()] == []
    assert migrate("verify", index, store).returncode == migrate("apply", index, store).returncode == 1


def test_a_rollback_tells_which_runs_came_of_another_record(index: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    migrate("apply", index, store)
    records = json.loads(index.read_text())
    first = next(iter(records))
    records[first]["notes"] = "another note"
    index.write_text(json.dumps(records))
    rolled_back = migrate("rollback", index, store)
    assert rolled_back.returncode == 1
    assert f"{first} stays: it was not made of this record" in rolled_back.stdout
