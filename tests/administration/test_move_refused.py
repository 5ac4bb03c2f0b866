"""What a move refuses, and how one that was broken off goes on."""

import asyncio
from pathlib import Path

import obstore
import pytest

from runs_svc.adapters.s3.bucket import open_bucket
from runs_svc.adapters.sqlite.intake import SqliteIntake
from runs_svc.composition import moving
from runs_svc.composition.store import MOVED
from runs_svc.config import RunsSettings
from testkit.local_servers import ServerStartError
from testkit.postgres import PostgresServer
from tests.administration.filled_store import Filled
from tests.administration.grown_store import Grown
from tests.administration.offline import offline
from tests.promises import workload

pytestmark = pytest.mark.xdist_group("postgres")


def move(root: Path, *arguments: str | Path) -> tuple[int, str]:
    done = offline("move", "--runs-dir", root, *arguments)
    return done.returncode, done.stdout + done.stderr


def test_a_switch_that_was_killed_between_the_stores_goes_on_and_neither_counts_meanwhile(
    filled: Filled, grown: Grown
) -> None:
    code, said = grown.move(filled.root)
    assert code == 0, said
    (filled.root / MOVED).write_text(f"{grown.elsewhere().url}\n")
    code, said = grown.move(filled.root, "--switch")
    assert (code, "was moved to" in said) == (2, True), said
    (filled.root / MOVED).write_text(f"{grown.url}\n")  # as the switch leaves it before the new store counts
    code, said = grown.move(filled.root, "--switch")
    assert (code, "everything is there and equal" in said) == (0, True), said
    assert (filled.root / MOVED).read_text().strip() == grown.url
    checked = grown.offline(filled.root.with_name("own"), "fsck")
    assert checked.returncode == 0, checked.stdout


def test_where_it_is_not_certain_that_the_new_store_counts_the_old_one_does_not(
    filled: Filled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, settle = RunsSettings(runs_dir=filled.root), SqliteIntake.settle
    target = moving.target_of(settings, f"sqlite:///{tmp_path / 'new' / 'rmos.db'}", None, None)

    def unanswered(intake: SqliteIntake) -> None:
        settle(intake)
        raise ConnectionResetError

    monkeypatch.setattr(SqliteIntake, "settle", unanswered)
    with pytest.raises(ConnectionResetError):
        moving.switch(settings, target)
    with pytest.raises(ServerStartError, match="was moved to sqlite"):
        filled.runs.start()


def test_a_bucket_or_a_folder_in_which_another_store_has_published_is_refused(
    filled: Filled, grown: Grown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in grown.environment.items():
        monkeypatch.setenv(name, value)
    obstore.put(open_bucket(grown.blobs), "archive/2026-03-01/run_0123456789ab.json", b"{}")
    for more in ([], ["--switch"]):
        code, said = grown.move(filled.root, *more)
        assert (code, "holds published documents already (run_0123456789ab)" in said) == (2, True), said
    (tmp_path / "taken" / "2026-03-01").mkdir(parents=True)
    code, said = move(filled.root, "--to", f"sqlite:///{tmp_path / 'taken' / 'rmos.db'}")
    assert (code, "holds published documents already (2026-03-01)" in said) == (2, True), said
    assert not (filled.root / MOVED).exists()
    assert [path.name for path in (tmp_path / "taken").iterdir()] == ["2026-03-01"]


def test_a_target_that_holds_another_store_is_refused(filled: Filled, grown: Grown, tmp_path: Path) -> None:
    code, said = grown.move(filled.root)
    assert code == 0, said
    asyncio.run(workload.main(tmp_path / "other", 2))
    code, said = grown.move(tmp_path / "other")
    assert (code, "holds records of another store" in said) == (2, True), said
    code, said = move(filled.root, "--to", f"sqlite:///{tmp_path / 'other' / 'rmos.db'}")
    assert (code, "is there already" in said or "published documents already" in said) == (2, True), said
    code, said = grown.move(filled.root, "--switch")
    assert code == 0, said


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("postgresql://rmos_service@127.0.0.1:1/store", "cannot be reached"),
        ("postgresql://rmos_service@127.0.0.1:{port}/postgres", "lacks migrations"),
        ("postgresql://rmos_service@127.0.0.1:{port}/nowhere", "cannot be reached"),
        ("mysql://127.0.0.1/store", "allowed are sqlite:///PATH"),
        ("sqlite:///{root}/rmos.db", "the target is the store itself"),
    ],
)
def test_a_target_that_is_no_place_for_a_store_is_refused_with_a_sentence(
    filled: Filled, postgres_server: PostgresServer, target: str, words: str
) -> None:
    code, said = move(filled.root, "--to", target.format(port=postgres_server.port, root=filled.root))
    assert (code, words in said, "Traceback" in said) == (2, True, False), said
    assert not (filled.root / MOVED).exists()
