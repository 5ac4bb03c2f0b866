"""Withdrawing runs, holding them, collecting what nothing needs: off by default, and every attempt leaves a trace."""

import os
import sqlite3
import time
from pathlib import Path

import grpc
import pytest

from rmos.runs.v1 import attachments_service_pb2 as attachments_pb
from rmos.runs.v1 import run_pb2
from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.runs.v1.attachments_service_pb2_grpc import AttachmentsServiceStub
from rmos.runs.v1.runs_service_pb2_grpc import RunsServiceStub
from rmos_client import Rmos
from runs_svc.adapters.sql.run_rows import INDEX_NAMES, checksum
from tests.administration.filled_store import PROGRAM, TIMEOUT_S, Filled
from tests.administration.offline import offline
from tests.service.wire import fail, fail_stream
from tests.storage_format.test_storage_format import check as check_elsewhere

VERIFIED = run_pb2.VERIFICATION_OUTCOME_VERIFIED
DAY_S = 86_400
BECAUSE = ("--person", "M. Sato", "--reason", "kept for long enough")
ON = {"RMOS_RETENTION_DAYS": "30"}


@pytest.fixture
def filled(filled: Filled) -> Filled:
    """A store whose runs are a year old, as its ledger has it."""
    move(filled, "2025")
    return filled


def move(filled: Filled, year: str) -> None:
    """Let the lists say that all runs are of another year."""
    filled.alter(f"UPDATE runs SET created_at_utc = '{year}' || substr(created_at_utc, 5)")
    columns = ", ".join(("run_id", *INDEX_NAMES))
    database = sqlite3.connect(filled.ledger)
    rows = database.execute(f"SELECT {columns} FROM runs").fetchall()
    database.close()
    for run_id, *values in rows:
        filled.alter("UPDATE runs SET checksum = ? WHERE run_id = ?", checksum(run_id, values), run_id)


def retention(filled: Filled, *arguments: str, **environment: str) -> tuple[int, str]:
    done = offline("retention", *arguments, "--runs-dir", filled.root, **environment)
    return done.returncode, done.stdout + done.stderr


def test_retention_is_off_until_it_is_configured_and_the_attempt_is_kept(filled: Filled) -> None:
    code, text = retention(filled, "apply", *BECAUSE)
    assert code == 1
    assert "14 stay: retention is off; set RMOS_RETENTION_DAYS" in text
    assert "retention refused by M. Sato: kept for long enough" in retention(filled, "log")[1]


def test_a_plan_withdraws_nothing(filled: Filled) -> None:
    code, text = retention(filled, "plan", **ON)
    assert (code, "13 of 14 runs would be withdrawn" in text) == (0, True)
    assert "1 stay: it is under a legal hold" in text
    assert withdrawn(filled) == 0


def withdrawn(filled: Filled) -> int:
    database = sqlite3.connect(filled.ledger)
    (count,) = database.execute("SELECT count(*) FROM runs WHERE withdrawn = 'yes'").fetchone()
    database.close()
    return int(count)


def test_young_runs_stay(filled: Filled) -> None:
    move(filled, "2999")
    assert "13 stay: it is not 30 days old" in retention(filled, "plan", **ON)[1]


@pytest.mark.parametrize(
    ("person", "reason", "message", "logged"),
    [
        ("M. Sato", "short", "6 to 500 characters", "refused by M. Sato: short"),
        ("M. Sato", "x" * 501, "6 to 500 characters", "refused by M. Sato: xxx"),
        (" ", "kept for long enough", "a named person", "refused by nobody named: kept for long enough"),
    ],
)
def test_person_and_reason_are_required_and_the_attempt_is_kept(
    filled: Filled, person: str, reason: str, message: str, logged: str
) -> None:
    for command in ("apply", "collect"):
        code, text = retention(filled, command, "--person", person, "--reason", reason, **ON)
        assert (code, message in text) == (2, True)
    assert withdrawn(filled) == 0
    log = retention(filled, "log")[1]
    assert all(f"{command} {logged}" in log for command in ("retention", "collect"))


def test_uploads_nobody_goes_on_with_are_collected(filled: Filled) -> None:
    young, old = (filled.root / "attachments" / ".uploads" / (letter * 64) for letter in "ab")
    for path in (young, old):
        path.write_bytes(b"half a program")
    os.utime(old, (time.time() - 2 * DAY_S,) * 2)
    assert "1 unfinished uploads of 14 bytes would go" in retention(filled, "collect", "--dry-run")[1]
    assert old.exists()
    assert "1 unfinished uploads of 14 bytes are gone" in retention(filled, "collect", *BECAUSE)[1]
    assert (young.exists(), old.exists()) == (True, False)
    assert "uploads 1" in retention(filled, "log")[1]


def test_a_withdrawn_run_keeps_its_record_and_takes_nothing_more(filled: Filled) -> None:
    target, held = filled.run_ids[0], filled.run_ids[5]
    assert retention(filled, "apply", *BECAUSE, **ON)[0] == 0
    assert withdrawn(filled) == 13
    filled.runs.restart()
    with grpc.insecure_channel(filled.runs.address) as channel:
        stub = RunsServiceStub(channel)
        listed = stub.ListRuns(pb.ListRunsRequest(), timeout=TIMEOUT_S)
        assert [run.run_id for run in listed.runs] == [held]
        assert stub.CountRuns(pb.CountRunsRequest(), timeout=TIMEOUT_S).count == 1
        shown = stub.ListRuns(pb.ListRunsRequest(show_withdrawn=True), timeout=TIMEOUT_S)
        assert (len(shown.runs), sum(run.withdrawn for run in shown.runs)) == (14, 13)
        run = stub.GetRun(pb.GetRunRequest(name=f"runs/{target}"), timeout=TIMEOUT_S).run
        assert (run.tombstone.person, run.tombstone.reason) == ("M. Sato", "kept for long enough")
        note = pb.AnnotateRunRequest(name=run.name, person="M. Sato", note="late")
        failed = fail(stub.AnnotateRun, note)
        assert (failed.code, failed.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "RUN_WITHDRAWN")
        assert fail_stream(stub.GetOperatorPack, pb.GetOperatorPackRequest(name=run.name)).reason == "RUN_WITHDRAWN"
    with Rmos(runs=filled.runs.address) as client:
        items = client.verify_run(target).items
    assert {item.item for item in items if item.outcome != VERIFIED} == {"index"}, "only the date was altered"


def test_a_damaged_run_stays_and_hinders_no_other(filled: Filled) -> None:
    flip = "UPDATE ledger SET document = CAST(replace(document, 'rosette', 'Rosette') AS BLOB) WHERE record_id = ?"
    filled.alter(flip, filled.run_ids[3])
    code, text = retention(filled, "apply", *BECAUSE, **ON)
    assert (code, "12 of 14 runs withdrawn" in text, "1 stay: its record is damaged" in text) == (0, True, True)
    log = retention(filled, "log")[1]
    assert "retention begun by M. Sato" in log
    assert "retention done by M. Sato" in log


def test_a_plan_names_the_run_an_index_does_not_lead_to(filled: Filled) -> None:
    run_id = filled.run_ids[3]
    in_an_index, damaged = f"Z{run_id}".encode(), f"Z{run_id[:-1]}z".encode()  # after the time
    filled.ledger.write_bytes(filled.ledger.read_bytes().replace(in_an_index, damaged))
    code, text = retention(filled, "plan", **ON)
    assert code == 0
    assert "12 of 14 runs would be withdrawn" in text
    assert "1 stay: its record is damaged" in text


def test_a_released_hold_lets_a_run_go(filled: Filled) -> None:
    filled.runs.restart()
    with grpc.insecure_channel(filled.runs.address) as channel:
        release = pb.SetLegalHoldRequest(
            name=f"runs/{filled.run_ids[5]}", held=False, person="M. Sato", reason="the claim is settled"
        )
        run = RunsServiceStub(channel).SetLegalHold(release, timeout=TIMEOUT_S).run
        assert (run.legal_hold.held, run.legal_hold.reason) == (False, "the claim is settled")
        short = pb.SetLegalHoldRequest(name=run.name, held=True, person="M. Sato", reason="why")
        assert "reason" in fail(RunsServiceStub(channel).SetLegalHold, short).fields
    filled.runs.stop()
    assert "14 of 14 runs withdrawn" in retention(filled, "apply", *BECAUSE, **ON)[1]


def test_only_bytes_that_nothing_needs_and_that_are_old_go(filled: Filled, tmp_path: Path) -> None:
    stray = filled.root / "attachments" / "ab" / "cd" / f"abcd{'1' * 60}"
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"an upload nobody named")
    blobs = {path for path in filled.root.glob("attachments/??/??/*") if path.is_file()}
    collect = ("collect", *BECAUSE)
    assert "0 blobs of 0 bytes" in retention(filled, *collect)[1], "everything came in lately"
    for path in blobs:
        os.utime(path, (time.time() - 2 * DAY_S,) * 2)
    assert f"1 blobs of {len(b'an upload nobody named')} bytes would go" in retention(filled, *collect, "--dry-run")[1]
    assert stray.exists()
    assert retention(filled, *collect)[0] == 0
    assert not stray.exists()

    retention(filled, "apply", "--filter", "legal_hold = no", *BECAUSE, **ON)
    assert retention(filled, *collect)[0] == 0
    left = [path.read_bytes() for path in filled.root.glob("attachments/??/??/*") if path.is_file()]
    assert PROGRAM not in left, "only withdrawn runs named it"
    assert len(left) == 1, "the asset's picture stays"
    assert offline("fsck", "--runs-dir", filled.root, "--repair", "ledger").returncode == 0
    code, text = check_elsewhere(filled.root, filled.root / "attachments")
    assert code == 0, f"the other language's reader knows of withdrawals: {text}"
    filled.runs.restart()
    with grpc.insecure_channel(filled.runs.address) as channel:
        run = RunsServiceStub(channel).GetRun(pb.GetRunRequest(name=f"runs/{filled.run_ids[3]}"), timeout=TIMEOUT_S).run
        request = attachments_pb.DownloadAttachmentRequest(name=run.attachments[0].name)
        assert fail_stream(AttachmentsServiceStub(channel).DownloadAttachment, request).reason == "RUN_WITHDRAWN"
    with Rmos(runs=filled.runs.address) as client:
        assert client.verify_run(filled.run_ids[3]).outcome == VERIFIED, "collected after the withdrawal"
