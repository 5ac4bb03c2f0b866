"""Commands of an administrator on a store in PostgreSQL and a bucket: each works, or names what to do instead."""

import hashlib
import io
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import obstore
import psycopg
import pytest
from obstore.store import S3Store

from rmos_client import Rmos
from runs_svc.adapters.s3.bucket import open_bucket
from runs_svc.usecases.upkeep import collect_blobs
from testkit.seaweed import S3Server
from tests import builders
from tests.administration.filled_store import Filled, answers
from tests.administration.grown_store import Grown, sha256_in
from tests.administration.offline import offline
from tests.legacy.v1_store import build

pytestmark = pytest.mark.xdist_group("postgres")
NOBODYS = b"nobody needs this"
DIGEST = hashlib.sha256(NOBODYS).hexdigest()
KEY = f"attachments/{DIGEST[:2]}/{DIGEST[2:4]}/{DIGEST}"


@contextmanager
def bucket_of(grown: Grown) -> Iterator[S3Store]:
    before = {name: os.environ.get(name) for name in grown.environment}
    os.environ.update(grown.environment)
    try:
        yield open_bucket(grown.blobs)
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def test_backups_go_from_files_to_a_database_and_back_with_the_same_bytes(
    filled: Filled, kept: Grown, s3_server: S3Server, tmp_path: Path
) -> None:
    again = kept.offline(tmp_path / "own", "restore", tmp_path / "files")
    assert (again.returncode, "holds a store already" in again.stderr) == (2, True), again.stderr
    server = kept.server(tmp_path / "server", filled)
    server.start()
    try:
        assert answers(server.address) == filled.before
        taken = kept.offline(tmp_path / "own", "backup", tmp_path / "grown")
        assert taken.returncode == 0, taken.stderr
        _reads_and_records_without_the_bucket(server.address, filled, s3_server)
    finally:
        server.stop()
    first = offline("backup", tmp_path / "files", "--runs-dir", filled.root)
    assert sha256_in(taken.stdout) == sha256_in(first.stdout)
    assert offline("fsck", "--runs-dir", tmp_path / "grown").returncode == 0
    back = offline("restore", tmp_path / "grown", "--runs-dir", tmp_path / "back")
    assert (back.returncode, sha256_in(back.stdout)) == (0, sha256_in(taken.stdout)), back.stderr
    in_folders = {"RMOS_DATABASE_URL": kept.new_database()}
    back = offline("restore", tmp_path / "grown", "--runs-dir", tmp_path / "folders", **in_folders)
    assert (back.returncode, sha256_in(back.stdout)) == (0, sha256_in(taken.stdout)), back.stderr
    waiting = offline("fsck", "--runs-dir", tmp_path / "folders", **in_folders)
    assert (waiting.returncode, "0 MISSING" in waiting.stdout) == (0, True), "what no server has published is pending"
    changed = next(path for path in (tmp_path / "grown").glob("attachments/??/??/*"))
    changed.chmod(0o600)
    changed.write_bytes(changed.read_bytes()[::-1])
    refused = kept.elsewhere().offline(tmp_path / "own", "restore", tmp_path / "grown")
    assert (refused.returncode, "differs from the backup" in refused.stderr) == (2, True), refused.stderr


def _reads_and_records_without_the_bucket(address: str, filled: Filled, bucket: S3Server) -> None:
    """While the bucket answers nothing, whatever needs no attachment goes on: nobody waits for it."""
    bucket.pause()
    try:
        with Rmos(runs=address) as client:
            recorded = client.create_run(builders.design_message(), builders.context_message(), mode="rosette").run_id
            read = {client.get_run(run_id).run_id for run_id in (*filled.run_ids, recorded)}
            assert read == {*filled.run_ids, recorded}
            assert {run.run_id for run in client.list_runs(page_size=100)} >= read
    finally:
        bucket.go_on()


def test_bytes_that_nothing_needs_are_collected_by_the_owner_while_no_server_runs(
    kept: Grown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    collect = ["retention", "collect", "--person", "M. Sato", "--reason", "the disk is full"]
    owner = [*collect, "--owner-url", kept.owner_url]
    with bucket_of(kept) as bucket:
        obstore.put(bucket, KEY, NOBODYS)
        with psycopg.connect(kept.url, autocommit=True) as database:
            chunks = hashlib.sha256(NOBODYS).digest()
            database.execute("INSERT INTO blobs VALUES (%s, %s, %s, 'now')", (DIGEST, len(NOBODYS), chunks))
        young = kept.offline(tmp_path / "own", *owner)
        assert (young.returncode, "0 blobs" in young.stdout) == (0, True), "what came in lately stays"
        monkeypatch.setattr(collect_blobs, "_KEPT_S", -1.0)
        looked = kept.offline(tmp_path / "own", "retention", "collect", "--dry-run")
        assert (looked.returncode, f"1 blobs of {len(NOBODYS)} bytes would go" in looked.stdout) == (0, True), looked
        refused = kept.offline(tmp_path / "own", *collect)
        assert (refused.returncode, "--owner-url postgresql://" in refused.stderr) == (2, True)
        for url, why in ((kept.url, "does not own"), (kept.new_database(), "another database")):
            refused = kept.offline(tmp_path / "own", *collect, "--owner-url", url)
            assert (refused.returncode, why in refused.stderr) == (2, True), refused.stderr
        with psycopg.connect(kept.url, application_name="rmos runs_svc"):
            refused = kept.offline(tmp_path / "own", *owner)
        assert (refused.returncode, "stop them first" in refused.stderr) == (2, True), refused.stderr
        assert bytes(obstore.get(bucket, KEY).bytes()) == NOBODYS, "who is refused removes nothing"
        done = kept.offline(tmp_path / "own", *owner)
        assert (done.returncode, f"1 blobs of {len(NOBODYS)} bytes are gone" in done.stdout) == (0, True), done.stderr
        with pytest.raises(FileNotFoundError):
            obstore.head(bucket, KEY)
    with psycopg.connect(kept.owner_url) as database:
        assert database.execute("SELECT count(*) FROM blobs WHERE sha256 = %s", (DIGEST,)).fetchone() == (0,)
        with pytest.raises(psycopg.errors.RestrictViolation):
            database.execute("DELETE FROM blobs")  # whoever owns it is refused as before
    assert kept.offline(tmp_path / "own", "fsck").returncode == 0
    logged = kept.offline(tmp_path / "own", "retention", "log")
    assert "collect done by M. Sato: the disk is full" in logged.stdout


def test_a_lost_ledger_is_rebuilt_in_another_database_and_the_bucket_from_the_ledger(
    filled: Filled, kept: Grown, tmp_path: Path
) -> None:
    mended = kept.offline(tmp_path / "own", "fsck", "--repair", "archive")
    count = len(list(filled.root.glob("????-??-??/*.json")))
    assert (mended.returncode, f"{count} files published again, 0 replaced" in mended.stdout) == (0, True), mended
    with bucket_of(kept) as bucket:
        keys = sorted(item["path"] for group in obstore.list(bucket, prefix="archive/") for item in group)
        obstore.delete(bucket, keys[0])
        obstore.put(bucket, keys[1], b"{}")
        mended = kept.offline(tmp_path / "own", "fsck", "--repair", "archive")
        assert (mended.returncode, "1 files published again, 1 replaced" in mended.stdout) == (0, True), mended
        (aside,) = [item["path"] for group in obstore.list(bucket, prefix="damaged/") for item in group]
        assert (bytes(obstore.get(bucket, aside).bytes()), aside.endswith(keys[1])) == (b"{}", True)
    refused = kept.offline(tmp_path / "own", "fsck", "--repair", "ledger")
    assert (refused.returncode, "--into postgresql://" in refused.stderr) == (2, True)
    with psycopg.connect(kept.owner_url, autocommit=True) as database:
        database.execute("ALTER TABLE ledger DISABLE TRIGGER ALL")
        database.execute("UPDATE ledger SET document = 'gone' WHERE seq = 3")
        database.execute("DELETE FROM ledger WHERE seq = 5")
    new = kept.new_database()
    rebuilt = kept.offline(tmp_path / "own", "fsck", "--repair", "ledger", "--into", new)
    assert (rebuilt.returncode, f"{count - 2} records stay, 2 taken from" in rebuilt.stdout) == (0, True), rebuilt
    alone = kept.new_database()
    rebuilt = kept.offline(tmp_path / "own", "fsck", "--repair", "ledger", "--into", alone, url=alone)
    assert (rebuilt.returncode, f"0 records stay, {count} taken from" in rebuilt.stdout) == (0, True), rebuilt
    kept.url = alone
    server = kept.server(tmp_path / "server", filled)
    server.start()
    try:
        assert _answers_of_runs(answers(server.address)) == _answers_of_runs(filled.before)
    finally:
        server.stop()


def _answers_of_runs(given: dict[str, bytes]) -> dict[str, bytes]:
    """What does not hang on the order in which records of the same moment were recorded."""
    return {name: answer for name, answer in given.items() if name.startswith("run_")}


def test_v1_records_come_into_a_database_where_they_are_withdrawn_and_people_and_keys_do_not_hang_on_it(
    grown: Grown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = build(tmp_path / "v1", 16, unreadable=0)
    records = json.loads(index.read_text())

    def migrate(*arguments: str) -> "tuple[int, str]":
        done = grown.offline(tmp_path / "own", "migrate", *arguments, str(index))
        return done.returncode, done.stdout + done.stderr

    assert migrate("plan")[0] == 0
    code, said = migrate("apply")
    assert (code, "--no-backup" in said) == (2, True), said
    code, said = migrate("apply", "--no-backup")
    assert (code, f"{len(records)} imported" in said) == (0, True), said
    code, said = migrate("apply", "--no-backup")
    assert (code, f"{len(records)} unchanged" in said) == (0, True), said
    code, said = migrate("verify")
    assert (code, said.strip()) == (0, f"{len(records)} verified")
    code, said = migrate("rollback")
    assert (code, "`restore` the backup" in said) == (2, True), said
    out = grown.offline(tmp_path / "own", "migrate", "export", tmp_path / "out.json")
    assert (out.returncode, json.loads((tmp_path / "out.json").read_text()).keys()) == (0, records.keys()), out.stderr
    checked = grown.offline(tmp_path / "own", "fsck")
    assert checked.returncode == 0, checked.stdout
    planned = grown.offline(tmp_path / "own", "retention", "plan")
    assert (planned.returncode, f"of {len(records)} runs" in planned.stdout) == (0, True), planned.stderr
    known = {**grown.settings(), "RMOS_RETENTION_DAYS": "1"}
    decided = ["retention", "apply", "--person", "M. Sato", "--reason", "older than a year"]
    for done in (f"{len(records)} of {len(records)}", "0 of 0"):
        applied = offline(*decided, "--runs-dir", tmp_path / "own", **known)
        assert (applied.returncode, f"{done} runs withdrawn" in applied.stdout) == (0, True), applied.stdout
    logged = grown.offline(tmp_path / "own", "retention", "log").stdout
    assert logged.count("retention begun by M. Sato: older than a year") == 1, logged
    assert grown.offline(tmp_path / "own", "fsck").returncode == 0
    known = {**grown.settings(), "RMOS_IDENTITY_DIR": str(tmp_path / "people")}
    made = offline("keys", "create", "CAM", "--role", "operator", **known)
    assert (made.returncode, "CAM: " in offline("keys", "list", **known).stdout) == (0, True), made.stderr
    monkeypatch.setattr("sys.stdin", io.StringIO("a long enough password\n"))
    added = offline("people", "add", "A. Lead", "--role", "reviewer", **known)
    assert (added.returncode, "A. Lead: " in offline("people", "list", **known).stdout) == (0, True), added.stderr
