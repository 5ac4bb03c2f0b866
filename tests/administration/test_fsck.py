"""Ledger and archive rebuild each other (P8), and damage is named."""

import hashlib
import shutil
import sqlite3
import tempfile
from pathlib import Path

import grpc
import orjson
import pytest

from rmos.runs.v1 import run_pb2
from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.runs.v1.runs_service_pb2_grpc import RunsServiceStub
from rmos.shop.v1 import patterns_service_pb2 as patterns_pb
from rmos.shop.v1.patterns_service_pb2_grpc import PatternsServiceStub
from rmos_client import Rmos
from tests.administration.filled_store import TIMEOUT_S, Filled, record
from tests.administration.offline import offline

OTHER_DISK = Path("/dev/shm")


def check(filled: Filled, *flags: str) -> tuple[int, list[str]]:
    """Exit code, and what does not verify."""
    report = filled.root.parent / "report.json"
    done = offline("fsck", "--runs-dir", filled.root, "--report", report, *flags)
    assert done.returncode in {0, 1}, done.stderr
    assert not done.stderr, done.stderr
    problems = orjson.loads(report.read_bytes())["problems"]
    return done.returncode, [f"{item['outcome']} {item['item']}" for item in problems]


def test_a_ledger_that_is_gone_is_rebuilt_with_the_same_answers(filled: Filled) -> None:
    for path in filled.root.glob("rmos.db*"):
        path.unlink()
    code, problems = check(filled)
    assert (code, problems[0]) == (1, "UNREADABLE database")
    assert check(filled, "--repair", "ledger") == (0, [])
    assert filled.answers() == filled.before
    filled.runs.restart()
    with Rmos(runs=filled.runs.address) as client:
        assert record(client, len(filled.run_ids)) == filled.run_ids, "callers' keys hold across the rebuild"


def test_an_archive_that_is_gone_is_published_again(filled: Filled) -> None:
    published = {path.relative_to(filled.root): path.read_bytes() for path in filled.root.glob("????-*/*.json")}
    for day in filled.root.glob("????-*"):
        shutil.rmtree(day)
    code, problems = check(filled)
    assert code == 1
    assert {problem.split()[0] for problem in problems} == {"MISSING"}
    assert len(problems) == len(published)
    assert check(filled, "--repair", "archive") == (0, [])
    assert {path.relative_to(filled.root): path.read_bytes() for path in filled.root.glob("????-*/*.json")} == published


def test_an_altered_record_is_named_and_had_back_from_its_file(filled: Filled) -> None:
    altered = "CAST(replace(CAST(document AS TEXT), 'rosette', 'Rosette') AS BLOB)"
    filled.alter(f"UPDATE ledger SET document = {altered} WHERE record_id = ?", filled.run_ids[3])
    code, problems = check(filled)
    broken = [f"MISMATCH chain:{filled.run_ids[3]}:{later}" for later in (1, 2, 3)]
    assert (code, problems) == (1, [f"MISMATCH ledger:run:{filled.run_ids[3]}", *broken])
    assert check(filled, "--repair", "ledger") == (0, [])
    assert filled.answers() == filled.before
    assert list((filled.root / ".damaged").glob("*/rmos.db")), "what was replaced is kept"


def test_a_record_that_was_altered_together_with_its_digest_breaks_its_chain(filled: Filled) -> None:
    amended = filled.run_ids[0]
    (original,) = filled.published(amended).read_bytes().splitlines()
    forged = original.replace(b"rosette", b"Rosette")
    statement = "UPDATE ledger SET document = ?, sha256 = ? WHERE record_id = ?"
    filled.alter(statement, forged, hashlib.sha256(forged).hexdigest(), amended)
    code, problems = check(filled)
    assert code == 1
    assert f"MISMATCH chain:{amended}:1" in problems, "the record after it names another one"
    assert all(amended in problem for problem in problems)


def test_a_record_that_is_gone_is_named_and_had_back(filled: Filled) -> None:
    filled.alter("DELETE FROM ledger WHERE kind = 'annotation' AND subject_id = ?", filled.run_ids[0])
    code, problems = check(filled)
    assert code == 1
    assert problems == [f"MISSING ledger:annotation:{filled.run_ids[0]}/000000"]
    assert check(filled, "--repair", "ledger") == (0, [])
    assert filled.answers() == filled.before


def test_an_altered_file_is_named_replaced_and_kept_aside(filled: Filled) -> None:
    path = filled.published(filled.run_ids[2])
    path.chmod(0o644)
    path.write_bytes(path.read_bytes().replace(b"GREEN", b"green"))
    code, problems = check(filled)
    assert (code, problems) == (1, [f"MISMATCH archive:run:{filled.run_ids[2]}"])
    assert check(filled, "--repair", "archive") == (0, [])
    assert b"green" in next((filled.root / ".damaged").glob(f"*/{path.name}")).read_bytes()
    assert filled.answers() == filled.before


def test_a_row_that_says_something_else_than_its_record_is_named_and_mended(filled: Filled) -> None:
    filled.alter(
        "UPDATE ledger SET kind = 'nonsense' WHERE kind = 'annotation' AND record_id = ?", f"{filled.run_ids[0]}/000000"
    )
    code, problems = check(filled)
    assert code == 1
    assert f"MISMATCH row:nonsense:{filled.run_ids[0]}/000000" in problems
    assert check(filled, "--repair", "ledger") == (0, [])
    assert filled.answers() == filled.before


def test_a_run_whose_row_says_it_is_something_else_is_named_and_mended(filled: Filled) -> None:
    filled.alter("UPDATE ledger SET kind = 'rum' WHERE record_id = ?", filled.run_ids[0])
    code, problems = check(filled)
    assert code == 1
    assert f"MISMATCH row:rum:{filled.run_ids[0]}" in problems
    assert check(filled, "--repair", "ledger") == (0, [])
    assert filled.answers() == filled.before


def test_a_row_that_lies_and_has_no_file_is_reported_as_lost(filled: Filled) -> None:
    filled.alter(
        "UPDATE ledger SET kind = 'nonsense' WHERE kind = 'annotation' AND record_id = ?", f"{filled.run_ids[0]}/000000"
    )
    next(filled.root.glob(f"*/{filled.run_ids[0]}_annotation_000000.json")).unlink()
    done = offline("fsck", "--runs-dir", filled.root, "--repair", "ledger")
    assert f"lost: nonsense:{filled.run_ids[0]}/000000" in done.stdout


def test_what_neither_side_has_is_reported_as_lost_and_never_made_up(filled: Filled) -> None:
    filled.alter("UPDATE ledger SET document = x'7b7d' WHERE record_id = ?", filled.run_ids[6])
    filled.published(filled.run_ids[6]).unlink()
    done = offline("fsck", "--runs-dir", filled.root, "--repair", "all")
    assert f"lost: run:{filled.run_ids[6]}" in done.stdout
    after = filled.answers()
    gone = {name for name in filled.before if filled.run_ids[6] in name}
    assert gone
    assert after.keys() == filled.before.keys() - gone


def test_a_page_that_cannot_be_read_hides_nothing_after_the_repair(filled: Filled) -> None:
    with sqlite3.connect(filled.ledger) as database:
        (page,) = database.execute(
            "SELECT pageno FROM dbstat WHERE name = 'ledger' AND pagetype = 'leaf' ORDER BY pageno LIMIT 1"
        ).fetchone()
        (page_bytes,) = database.execute("PRAGMA page_size").fetchone()
    database.close()
    with filled.ledger.open("r+b") as file:
        file.seek((page - 1) * page_bytes)
        file.write(b"\xff" * page_bytes)
    code, problems = check(filled)
    assert code == 1
    assert any(problem.startswith("UNREADABLE") for problem in problems)
    assert check(filled, "--repair", "ledger") == (0, [])
    assert filled.answers() == filled.before


def test_lists_keys_and_blobs_are_held_against_the_records(filled: Filled) -> None:
    filled.alter("UPDATE runs SET tool_id = 'other' WHERE run_id = ?", filled.run_ids[0])
    filled.alter("DELETE FROM idempotency_keys WHERE run_id = ?", filled.run_ids[1])
    filled.alter("UPDATE jobs SET status = 'completed'")
    filled.alter("UPDATE blobs SET size_bytes = size_bytes + 1")
    code, problems = check(filled)
    assert code == 1
    assert sorted(problem.split(":")[0] for problem in problems) == [
        "MISMATCH blob",
        "MISMATCH blob",
        "MISMATCH index",
        "MISMATCH index",
        "MISSING key",
    ]
    assert check(filled, "--repair", "ledger") == (0, [])
    assert filled.answers() == filled.before


def test_flipped_bytes_of_an_attachment_are_named(filled: Filled) -> None:
    blob = next(path for path in filled.root.glob("attachments/??/??/*") if path.read_bytes().startswith(b"G21"))
    blob.chmod(0o644)
    blob.write_bytes(blob.read_bytes().replace(b"F1200", b"F9200"))
    assert check(filled) == (1, [f"MISMATCH attachment:{blob.name}"])
    blob.unlink()
    assert check(filled) == (1, [f"MISSING attachment:{blob.name}"])


def test_a_cold_copy_is_checked_without_writing_to_it(filled: Filled, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(filled.root, copy)
    before = {path: path.stat().st_mtime_ns for path in copy.rglob("*")}
    stray = copy / "attachments" / "ab" / "cd" / f"abcd{'0' * 60}"
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"stray")
    done = offline("fsck", "--runs-dir", copy)
    assert done.returncode == 0, done.stdout
    assert "1 files that no record names" in done.stdout
    after = {path: path.stat().st_mtime_ns for path in copy.rglob("*") if "ab/cd" not in str(path)}
    assert {path for path, mtime in after.items() if path.is_file()} == {path for path in before if path.is_file()}


def test_a_serving_store_reports_damage_and_goes_on(filled: Filled) -> None:
    line, chain = filled.run_ids[0], filled.run_ids[5]
    filled.alter("UPDATE runs SET mode = 'saw' WHERE run_id = ?", line)
    filled.alter("UPDATE ledger SET previous_sha256 = ? WHERE subject_id = ? AND ordinal = 1", "0" * 64, chain)
    filled.alter("UPDATE patterns SET pattern_type = 'rope' WHERE subject_id = ?", "pattern.kept")
    filled.runs.restart()
    with Rmos(runs=filled.runs.address) as client:
        assert [
            item.item for item in client.verify_run(line).items if item.outcome != run_pb2.VERIFICATION_OUTCOME_VERIFIED
        ] == ["index"]
        assert client.verify_run(chain).outcome == run_pb2.VERIFICATION_OUTCOME_UNREADABLE
    with grpc.insecure_channel(filled.runs.address) as channel:
        *states, last = RunsServiceStub(channel).VerifyStore(pb.VerifyStoreRequest(), timeout=TIMEOUT_S)
    damaged = {state.damaged.name for state in states if state.HasField("damaged")}
    assert damaged == {f"runs/{line}", f"runs/{chain}", "pattern/pattern.kept"}
    assert last.result.run_count == 14, "every run was looked at"


def test_an_index_that_leads_nowhere_hides_one_run_and_no_others(filled: Filled) -> None:
    run_id = filled.run_ids[2]
    damaged = f"{run_id[:-1]}z"
    data = filled.ledger.read_bytes()
    filled.ledger.write_bytes(data.replace(f"Z{run_id}".encode(), f"Z{damaged}".encode()))  # after a time: in indexes
    filled.runs.restart()
    with grpc.insecure_channel(filled.runs.address) as channel:
        stub = RunsServiceStub(channel)
        listed = stub.ListRuns(pb.ListRunsRequest(), timeout=TIMEOUT_S)
        *states, last = stub.VerifyStore(pb.VerifyStoreRequest(), timeout=TIMEOUT_S)
        watched = stub.WatchRuns(pb.WatchRunsRequest(from_start=True), timeout=TIMEOUT_S)
        seen = {next(watched).run.run_id for _ in range(last.result.run_count)}
        watched.cancel()
        assert stub.GetRun(pb.GetRunRequest(name=f"runs/{run_id}"), timeout=TIMEOUT_S).run.run_id == run_id
    assert list(listed.unreachable) == [f"runs/{damaged}"]
    assert len(listed.runs) == last.result.run_count - 1
    assert f"runs/{damaged}" in {state.damaged.name for state in states}
    assert run_id in seen


def test_text_that_is_none_hides_one_line_and_no_others(filled: Filled) -> None:
    run_id = filled.run_ids[1]
    filled.alter("UPDATE runs SET operator = CAST(x'ff' AS TEXT) WHERE run_id = ?", run_id)
    filled.alter("UPDATE ledger SET record_id = CAST(x'ff' AS TEXT) WHERE kind = ?", "pattern")
    filled.runs.restart()
    with grpc.insecure_channel(filled.runs.address) as channel:
        stub = RunsServiceStub(channel)
        listed = stub.ListRuns(pb.ListRunsRequest(), timeout=TIMEOUT_S)
        checks = stub.VerifyRun(pb.VerifyRunRequest(name=f"runs/{run_id}"), timeout=TIMEOUT_S).verification.items
        patterns = PatternsServiceStub(channel).ListPatterns(patterns_pb.ListPatternsRequest(), timeout=TIMEOUT_S)
        *states, last = stub.VerifyStore(pb.VerifyStoreRequest(), timeout=TIMEOUT_S)
    assert list(listed.unreachable) == [f"runs/{run_id}"]
    assert len(listed.runs) == last.result.run_count - 1
    assert [item.item for item in checks if item.outcome != run_pb2.VERIFICATION_OUTCOME_VERIFIED] == ["index"]
    assert len(patterns.unreachable) == 1
    damaged = {state.damaged.name for state in states if state.HasField("damaged")}
    assert damaged == {f"runs/{run_id}", patterns.unreachable[0].replace("patterns/", "pattern/pattern.")}


def test_a_repair_needs_the_store_for_itself(filled: Filled) -> None:
    filled.runs.restart()
    done = offline("fsck", "--runs-dir", filled.root, "--repair", "all")
    assert (done.returncode, "in use by another runs server" in done.stderr) == (2, True)
    assert offline("fsck", "--runs-dir", filled.root).returncode == 0, "a check does not"


@pytest.mark.skipif(not OTHER_DISK.is_dir(), reason="needs a second file system")
def test_a_ledger_on_another_disk_is_repaired_there(filled: Filled) -> None:
    with tempfile.TemporaryDirectory(dir=OTHER_DISK) as folder:
        ledger = Path(folder) / "shop.db"
        filled.alter("UPDATE ledger SET document = x'7b7d' WHERE record_id = ?", filled.run_ids[6])
        shutil.move(filled.ledger, ledger)
        elsewhere = {"RMOS_DATABASE_URL": f"sqlite:///{ledger}"}
        assert offline("fsck", "--runs-dir", filled.root, **elsewhere).returncode == 1
        done = offline("fsck", "--runs-dir", filled.root, "--repair", "ledger", **elsewhere)
        assert (done.returncode, done.stderr) == (0, "")
        assert sorted(path.name for path in ledger.parent.iterdir()) == [".shop.db.owner", "shop.db"]
        assert list((filled.root / ".damaged").glob("*/shop.db")), "what was replaced is kept"
        assert not filled.ledger.exists()
