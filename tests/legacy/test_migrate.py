"""`python -m runs_svc migrate` on a synthetic v1 store, as a maintainer would use it."""

import hashlib
import json
import os
import random
import re
import shutil
import sqlite3
import subprocess
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import grpc
import pytest

from rmos.runs.v1 import runs_service_pb2, runs_service_pb2_grpc
from rmos_client import Rmos
from testkit.local_servers import LocalServers
from tests import builders
from tests.administration import offline
from tests.legacy.v1_store import CASES, build
from tests.service.wire import TIMEOUT_S, fail

COUNT = 4 * len(CASES)
_LIMIT_S = 300.0
_WRITES = re.compile(
    r"(?:open|openat|creat)\([^)]*(?:O_WRONLY|O_RDWR|O_CREAT)|(?:mkdir|rename|unlink|link|symlink|truncate|chmod)\w*\("
)


def migrate(command: str, index: Path, store: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    return offline.offline("migrate", command, index, "--runs-dir", store, *options)


def contents(folder: Path) -> dict[str, str]:
    """Every file below a folder by its digest."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def state(store: Path) -> dict[str, Any]:
    """What a store holds, apart from the traces of the imports themselves."""
    with closing(sqlite3.connect(store / "rmos.db")) as database:
        ledger = database.execute("SELECT subject_id, ordinal, sha256 FROM ledger WHERE kind != 'import' ORDER BY 1, 2")
        runs = database.execute("SELECT * FROM runs ORDER BY run_id").fetchall()
        blobs = database.execute("SELECT sha256, size_bytes, chunk_sha256 FROM blobs ORDER BY 1").fetchall()
        found = {"ledger": ledger.fetchall(), "runs": runs, "blobs": blobs}
    files = {
        name: digest
        for name, digest in contents(store).items()
        if not name.startswith((".", "rmos")) and "_import_" not in name
    }
    return {**found, "files": files}


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return build(tmp_path / "v1", COUNT)


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
    refuses_to_evaluate(own_servers, taken)
    annotate(own_servers, taken)
    own_servers.runs.stop()
    rolled_back = migrate("rollback", index, own_servers.store)
    assert (rolled_back.returncode, f"{taken} stays" in rolled_back.stdout) == (1, True)
    own_servers.runs.start()
    with Rmos(runs=own_servers.runs.address) as client:
        left = {run.run_id for run in client.list_runs()}
    assert left == {native, taken}


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


@pytest.mark.parametrize("behind", ["{}", "\n{}", ', "a": {}}', "<<<<<<< HEAD", "\0" * 4096])
def test_what_stands_behind_the_index_is_refused_with_its_place(behind: str, tmp_path: Path) -> None:
    index, store = tmp_path / "runs.json", tmp_path / "store"
    index.write_text("{}" + behind)
    planned = migrate("plan", index, store)
    assert planned.returncode == 2
    place = 3 if behind.startswith("\n") else 2
    assert f"before character {place} (line {place - 1})" in planned.stderr.replace("\n", " ")
    assert not store.exists()


def test_a_record_that_is_too_deep_does_not_stop_the_others(tmp_path: Path) -> None:
    index, store = tmp_path / "runs.json", tmp_path / "store"
    levels = '"decision": {"risk_level": "RED", "risk_level": "GREEN"}'
    good = f'{{"created_at_utc": "2025-01-01T00:00:00Z", "status": "OK", {levels}}}'
    deep = "[" * 100_000 + "]" * 100_000
    index.write_text(f'\ufeff{{"run_0123456789ab": {{"meta": {deep}}}, "run_0123456789ac": {good}}}', "utf-8")
    (tmp_path / "attachments").mkdir()
    (tmp_path / "attachments" / ("a" * 64)).write_text(deep)
    (tmp_path / "attachments" / ("b" * 64)).symlink_to(index)
    applied = migrate("apply", index, store)
    assert applied.returncode == 1
    assert "run_0123456789ab error: is nested deeper than 64 levels" in applied.stdout
    assert "run_0123456789ac imported: decision.risk_level: stands there 2 times; 'RED' counts" in applied.stdout
    assert f"{'b' * 64} leads elsewhere" in applied.stdout
    with sqlite3.connect(store / "rmos.db") as database:
        assert database.execute("SELECT risk_level, gate_decision FROM runs").fetchall() == [("RED", "BLOCKED")]
    assert migrate("rollback", index, store).returncode == 0
    assert not list(store.rglob("2025*")), "folders of days are gone with their last run"


@pytest.mark.parametrize("text", ["", "[]", "{", '{"a"', '{"a": 1 "b": 2}', "{3: 4}", '{"a": nope}', "\udcff"])
def test_an_index_that_is_none_is_refused_and_leaves_its_trace(text: str, tmp_path: Path) -> None:
    index, store = tmp_path / "runs.json", tmp_path / "store"
    index.write_bytes(text.encode("utf-8", "surrogateescape"))
    assert migrate("plan", index, store).returncode == 2
    assert not store.exists()
    assert migrate("apply", index, store).returncode == 2
    with sqlite3.connect(store / "rmos.db") as database:
        assert database.execute("SELECT import_kind, outcome FROM imports").fetchall() == [("v1", "rejected")]


def test_files_that_no_record_names_come_in_with_the_import(tmp_path: Path) -> None:
    index, store, files = tmp_path / "runs.json", tmp_path / "store", tmp_path / "attachments"
    index.write_text('{"run_0123456789ab": {"created_at_utc": "2025-01-01T00:00:00Z"}}')
    files.mkdir()
    (files / f"{hashlib.sha256(b'G1 X1').hexdigest()}.nc").write_bytes(b"G1 X1")
    assert migrate("apply", index, store).returncode == 0
    kept = migrate("apply", index, store, "--unreferenced")
    assert "1 files that no record names are kept with the import" in kept.stdout
    again = migrate("apply", index, store, "--unreferenced")
    assert again.returncode == 0
    assert [path.read_bytes() for path in (store / "attachments").rglob("*") if path.stat().st_size == 5] == [b"G1 X1"]
    with closing(sqlite3.connect(store / "rmos.db")) as database:
        query = "SELECT document FROM ledger WHERE kind = 'import' ORDER BY rowid"
        attempts = [json.loads(row[0])["state"] for row in database.execute(query)]
    digest = hashlib.sha256(b"G1 X1").hexdigest()
    assert [attempt.get("attachments") for attempt in attempts] == [
        None,
        [{"filename": f"{digest}.nc", "sha256": digest, "size_bytes": 5}],
    ]


def test_a_key_that_stands_twice_counts_once(tmp_path: Path) -> None:
    index, store = tmp_path / "runs.json", tmp_path / "store"
    record = '{"created_at_utc": "2025-01-01T00:00:00Z", "status": "%s"}'
    index.write_text(f'{{"run_0123456789ab": {record % "OK"}, "run_0123456789ab": {record % "ERROR"}}}')
    applied = migrate("apply", index, store)
    assert "stands in the index twice" in applied.stdout.replace("\n", " ")
    with sqlite3.connect(store / "rmos.db") as database:
        assert database.execute("SELECT status FROM runs").fetchall() == [("OK",)]


def test_files_are_told_whatever_they_are_called(tmp_path: Path) -> None:
    content = b"G21\nM30\n"
    name = hashlib.sha256(content).hexdigest()
    files = tmp_path / "v1" / "attachments"
    (files / "photos").mkdir(parents=True)
    for path, data in {
        f"{name}.nc": content,
        f"{name}.json": b"{}",
        "bench.jpg": b"a",
        "photos/bench.jpg": b"b",
    }.items():
        (files / path).write_bytes(data)
    record = {
        "run_id": f"run_{1:016}",
        "created_at_utc": "2025-11-30T10:00:00Z",
        "status": "OK",
        "feasibility": {"risk_level": "GREEN"},
        "attachments": [{"sha256": name, "kind": "gcode", "filename": "part.nc"}],
    }
    index, store = files / "index of 2025.json", tmp_path / "store"
    index.write_text(json.dumps({record["run_id"]: record}))
    applied = migrate("apply", index, store, "--files", str(files), "--unreferenced")
    assert applied.returncode == 0, applied.stdout
    assert "3 files that no record names are kept" in applied.stdout
    with closing(sqlite3.connect(store / "rmos.db")) as database:
        (row,) = database.execute("SELECT document FROM ledger WHERE kind = 'import'")
        (run,) = database.execute("SELECT document FROM ledger WHERE kind = 'run'")
    trace = json.loads(row[0])["state"]
    assert trace["source_name"] == "index of 2025.json"
    assert sorted((item["filename"], item["size_bytes"]) for item in trace["attachments"]) == [
        (f"{name}.json", 2),
        ("bench.jpg", 1),
        ("bench.jpg", 1),
    ]
    assert json.loads(run[0])["hashes"]["gcode_sha256"] == name


@pytest.mark.parametrize("command", ["verify", "rollback", "export"])
def test_a_store_that_is_not_there_is_not_made(index: Path, tmp_path: Path, command: str) -> None:
    given = tmp_path / "again.json" if command == "export" else index
    refused = migrate(command, given, tmp_path / "stroe")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == f"runs_svc: there is no store in {tmp_path / 'stroe'}\n"
    assert not (tmp_path / "stroe").exists()


def test_a_mistyped_folder_of_attachments_is_refused(index: Path, tmp_path: Path) -> None:
    refused = migrate("plan", index, tmp_path / "store", "--files", str(tmp_path / "v1" / "attachmnets"))
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "attachmnets is no folder" in refused.stderr


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
