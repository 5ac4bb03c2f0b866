"""What `migrate apply` copies before it changes anything, and what `migrate rollback` leaves."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import grpc

from rmos.runs.v1 import run_pb2
from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.runs.v1.runs_service_pb2_grpc import RunsServiceStub
from rmos.shop.v1 import jobs_service_pb2 as jobs_pb
from rmos.shop.v1.jobs_service_pb2_grpc import JobsServiceStub
from runs_svc.adapters.sqlite import schema
from testkit.local_servers import LocalServers
from tests import builders
from tests.administration.offline import offline
from tests.service.wire import TIMEOUT_S

SCHEMAS = Path(__file__).parent.parent / "stores" / "schemas"
RUNS = [f"run_{number:012x}" for number in range(1, 7)]


def write_index(path: Path, parents: dict[str, str] | None = None) -> Path:
    """An index of six runs; some name a parent."""
    record = {"created_at_utc": "2025-01-01T00:00:00Z", "status": "OK"}
    named = {run_id: {"parent_run_id": parent} for run_id, parent in (parents or {}).items()}
    path.write_text(json.dumps({run_id: {**record, **named.get(run_id, {})} for run_id in RUNS}))
    return path


def load(schema: str, path: Path) -> None:
    """A database of an earlier schema."""
    with closing(sqlite3.connect(path)) as database:
        database.executescript((SCHEMAS / f"{schema}.sql").read_text())


def ask(path: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(path)) as database:
        return [row[0] for row in database.execute(query)]


def test_the_backup_is_of_the_ledger_before_its_schema_is_brought_up_to_date(tmp_path: Path) -> None:
    index, store = write_index(tmp_path / "runs.json"), tmp_path / "store"
    store.mkdir()
    load("0003", store / "rmos.db")
    before = ask(store / "rmos.db", "SELECT sql FROM sqlite_master ORDER BY name")
    assert offline("migrate", "apply", index, "--runs-dir", store).returncode == 0
    (backup,) = (store / ".backups").glob("*")
    assert ask(backup, "SELECT sql FROM sqlite_master ORDER BY name") == before
    assert ask(backup, "SELECT version_num FROM alembic_version") == ["0003"]
    assert ask(backup, "SELECT run_id FROM runs") == ["run_000000000007"]
    assert ask(store / "rmos.db", "SELECT version_num FROM alembic_version") == [schema.known()[-1].revision]


def test_a_ledger_of_a_schema_without_records_is_planned_and_backed_up(tmp_path: Path) -> None:
    index, store = write_index(tmp_path / "runs.json"), tmp_path / "store"
    store.mkdir()
    load("0002", store / "rmos.db")
    assert "6 are not" in offline("migrate", "status", index, "--runs-dir", store).stdout
    assert offline("migrate", "apply", index, "--runs-dir", store).returncode == 0
    (backup,) = (store / ".backups").glob("*")
    assert ask(backup, "SELECT version_num FROM alembic_version") == ["0002"]


def test_the_ledger_that_the_url_names_is_backed_up_and_no_other_is_made(tmp_path: Path) -> None:
    index, store, ledger = write_index(tmp_path / "runs.json"), tmp_path / "store", tmp_path / "elsewhere" / "shop.db"
    ledger.parent.mkdir()
    load("0007", ledger)
    for url in (f"sqlite:///{ledger}", f"sqlite+pysqlite:///{ledger}?timeout=5"):
        environment = {"RMOS_DATABASE_URL": url}
        applied = offline("migrate", "apply", index, "--runs-dir", store, **environment)
        assert (applied.returncode, applied.stderr) == (0, "")
    assert [path.name for path in tmp_path.rglob("*.db")].count("rmos.db") == 0
    (backup,) = (store / ".backups").glob("*")
    assert ask(backup, "SELECT run_id FROM runs") == ["run_000000000007"]
    assert set(ask(ledger, "SELECT run_id FROM runs")) == {"run_000000000007", *RUNS}
    assert sorted(path.name for path in ledger.parent.iterdir()) == [".shop.db.owner", "shop.db"]


def test_where_there_is_no_ledger_yet_there_is_nothing_to_back_up(tmp_path: Path) -> None:
    index, store = write_index(tmp_path / "runs.json"), tmp_path / "store"
    assert offline("migrate", "apply", index, "--runs-dir", store).returncode == 0
    assert not (store / ".backups").exists()


def test_without_a_backup_none_is_made(tmp_path: Path) -> None:
    index, store = write_index(tmp_path / "runs.json"), tmp_path / "store"
    store.mkdir()
    load("0007", store / "rmos.db")
    assert offline("migrate", "apply", index, "--runs-dir", store, "--no-backup").returncode == 0
    assert not (store / ".backups").exists()


def test_a_ledger_that_cannot_be_read_is_told_before_anything_is_changed(tmp_path: Path) -> None:
    index, store = write_index(tmp_path / "runs.json"), tmp_path / "store"
    store.mkdir()
    (store / "rmos.db").write_bytes(b"no database at all, but long enough to be read as a header of one" * 20)
    before = (store / "rmos.db").read_bytes()
    applied = offline("migrate", "apply", index, "--runs-dir", store)
    assert (applied.returncode, "fsck" in applied.stderr) == (2, True)
    assert (store / "rmos.db").read_bytes() == before


def test_a_run_that_something_here_leads_to_stays_and_is_named(own_servers: LocalServers, tmp_path: Path) -> None:
    parent, worked_on, absent = RUNS[0], RUNS[1], RUNS[5]
    index = write_index(tmp_path / "runs.json", {RUNS[2]: parent, parent: absent})
    own_servers.runs.stop()
    assert offline("migrate", "apply", index, "--runs-dir", own_servers.store).returncode == 0
    own_servers.runs.start()
    with grpc.insecure_channel(own_servers.runs.address) as channel:
        request = builders.create_request(linkage=run_pb2.RunLinkage(parent_run_id=parent))
        native = RunsServiceStub(channel).CreateRun(request, timeout=TIMEOUT_S).run
        jobs = JobsServiceStub(channel)
        job = jobs_pb.CreateJobRequest(
            job_type=jobs_pb.JOB_TYPE_ROSETTE_PREVIEW, title="kept", runs=[f"runs/{worked_on}"]
        )
        job_name = jobs.CreateJob(job, timeout=TIMEOUT_S).job.name
    own_servers.runs.stop()

    rolled_back = offline("migrate", "rollback", index, "--runs-dir", own_servers.store)
    assert rolled_back.returncode == 1
    assert sorted(line for line in rolled_back.stdout.splitlines() if "stays" in line) == [
        f"{parent} stays: {native.run_id} names it",
        f"{worked_on} stays: {job_name.removeprefix('jobs/')} names it",
    ]
    assert "4 runs and 1 blobs taken out" in rolled_back.stdout, "runs that stay share the bytes of their records"
    left = set(ask(own_servers.store / "rmos.db", "SELECT run_id FROM runs"))
    assert left == {native.run_id, parent, worked_on}
    assert offline("fsck", "--runs-dir", own_servers.store).returncode == 0

    own_servers.runs.start()
    with grpc.insecure_channel(own_servers.runs.address) as channel:
        found = RunsServiceStub(channel).GetRunLineage(pb.GetRunLineageRequest(name=native.name), timeout=TIMEOUT_S)
    assert [(item.run.run_id, item.parent, item.hops) for item in found.ancestors] == [(parent, f"runs/{absent}", 1)]
    assert (found.missing_parent, found.truncated) == (absent, False)


def test_the_lineage_of_imported_runs_answers_whatever_they_name(own_servers: LocalServers, tmp_path: Path) -> None:
    odd, own, first, second = RUNS[:4]
    index = write_index(tmp_path / "runs.json", {odd: "RUN-7", own: own, first: second, second: first, RUNS[4]: odd})
    own_servers.runs.stop()
    assert offline("migrate", "apply", index, "--runs-dir", own_servers.store).returncode == 0
    own_servers.runs.start()
    with grpc.insecure_channel(own_servers.runs.address) as channel:
        stub: Any = RunsServiceStub(channel)
        found = {
            run_id: stub.GetRunLineage(pb.GetRunLineageRequest(name=f"runs/{run_id}"), timeout=TIMEOUT_S)
            for run_id in RUNS
        }
    named = {
        run_id: ([item.run.run_id for item in answer.ancestors], [item.run.run_id for item in answer.descendants])
        for run_id, answer in found.items()
    }
    assert named == {
        odd: ([], [RUNS[4]]),
        own: ([], []),
        first: ([second], []),
        second: ([first], []),
        RUNS[4]: ([odd], []),
        RUNS[5]: ([], []),
    }
    assert {run_id: answer.missing_parent for run_id, answer in found.items() if answer.missing_parent} == {
        odd: "RUN-7",
        RUNS[4]: "RUN-7",
    }
