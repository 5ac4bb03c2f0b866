"""A backup is taken under load, is proven equal, and comes back."""

import shutil
from pathlib import Path

import orjson
import pytest

from rmos_client import Rmos
from testkit.local_servers import LocalServer, LocalServers
from tests.administration.filled_store import Filled, fill
from tests.administration.offline import offline
from tests.end_to_end.test_crashes import Burst


def test_a_backup_under_load_holds_everything_acknowledged_before_it(own_servers: LocalServers, tmp_path: Path) -> None:
    run_ids = fill(own_servers.runs.address, tmp_path)
    burst = Burst(own_servers.runs.address)
    burst.start()
    assert burst.enough.wait(60), "too little traffic to prove anything"
    before = set(burst.acknowledged.values()) | set(run_ids)
    done = offline("backup", tmp_path / "backup", "--runs-dir", own_servers.store)
    assert done.returncode == 0, done.stderr
    during = set(burst.acknowledged.values()) | set(run_ids)
    own_servers.runs.kill()
    burst.join()
    assert during > before, "it was no backup under load"
    assert offline("fsck", "--runs-dir", tmp_path / "backup").returncode == 0

    restored = offline("restore", tmp_path / "backup", "--runs-dir", tmp_path / "again")
    assert restored.returncode == 0, restored.stderr
    assert digest_of(done.stdout) == digest_of(restored.stdout)
    flags = ["--runs-dir", str(tmp_path / "again"), "--feasibility-address", own_servers.feasibility.address]
    again = LocalServer("runs_svc", tmp_path / "server", flags)
    again.start()
    with Rmos(runs=again.address) as client:
        assert before <= {run.run_id for run in client.list_runs(page_size=1_000)}
    again.stop()


def digest_of(text: str) -> str:
    return text.split("sha256 ")[1].split(maxsplit=1)[0]


def test_a_second_backup_into_the_same_folder_brings_it_up_to_date(own_servers: LocalServers, tmp_path: Path) -> None:
    backup = ["backup", str(tmp_path / "backup"), "--runs-dir", str(own_servers.store)]
    fill(own_servers.runs.address, tmp_path)
    first = offline(*backup)
    again = offline(*backup)
    assert digest_of(first.stdout) == digest_of(again.stdout), "nothing changed"
    burst = Burst(own_servers.runs.address)
    burst.start()
    assert burst.enough.wait(60)
    own_servers.runs.kill()
    burst.join()
    updated = offline(*backup)
    assert updated.returncode == 0, updated.stderr
    assert digest_of(updated.stdout) != digest_of(first.stdout)
    assert offline("fsck", "--runs-dir", tmp_path / "backup").returncode == 0


@pytest.fixture
def backup(filled: Filled, tmp_path: Path) -> Path:
    done = offline("backup", tmp_path / "backup", "--runs-dir", filled.root)
    assert done.returncode == 0, done.stderr
    return tmp_path / "backup"


def test_a_store_that_is_there_is_never_overwritten(filled: Filled, backup: Path) -> None:
    before = (filled.root / "rmos.db").read_bytes()
    done = offline("restore", backup, "--runs-dir", filled.root)
    assert done.returncode == 2
    assert "restore into an empty folder" in done.stderr
    assert (filled.root / "rmos.db").read_bytes() == before


def test_a_backup_that_was_altered_or_cut_short_is_refused(backup: Path, tmp_path: Path) -> None:
    blob = next(path for path in backup.glob("attachments/??/??/*") if path.is_file())
    cut = tmp_path / "cut"
    shutil.copytree(backup, cut)
    (cut / "backup.json").unlink()
    assert "not a complete backup" in offline("restore", cut, "--runs-dir", tmp_path / "a").stderr
    blob.chmod(0o644)
    data = bytearray(blob.read_bytes())
    data[0] ^= 1
    blob.write_bytes(data)
    done = offline("restore", backup, "--runs-dir", tmp_path / "b")
    assert (done.returncode, "differs from the backup" in done.stderr) == (2, True)
    assert not (tmp_path / "b" / "rmos.db").exists(), "what is not equal never becomes the store"


def test_a_damaged_store_is_not_backed_up_as_if_it_were_sound(filled: Filled, tmp_path: Path) -> None:
    blob = next(path for path in filled.root.glob("attachments/??/??/*") if path.is_file())
    blob.unlink()
    done = offline("backup", tmp_path / "backup", "--runs-dir", filled.root)
    assert (done.returncode, "damaged or missing" in done.stderr) == (2, True)
    assert not (tmp_path / "backup" / "backup.json").exists()


def test_the_manifest_says_what_is_inside(backup: Path) -> None:
    manifest = orjson.loads((backup / "backup.json").read_bytes())
    assert manifest["schema"] == "rmos.backup/1"
    assert manifest["blobs"] == len(list(backup.glob("attachments/??/??/*")))
    assert manifest["records"] == manifest["newest_record"] == len(list(backup.glob("????-*/*.json")))
