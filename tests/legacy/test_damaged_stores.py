"""`python -m runs_svc migrate` on v1 stores that are damaged, mistyped or hold what nobody expects."""

import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.legacy.migrating import migrate


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
