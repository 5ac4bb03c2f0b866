"""Two movers of one store in a database: one is at work, and two targets never both count."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import psycopg
import pytest

from rpckit.settings import ConfigurationError
from runs_svc.adapters.postgres import intake
from runs_svc.adapters.postgres.mover import OUT_OF
from runs_svc.composition import moving
from runs_svc.config import RunsSettings
from tests.administration.grown_store import Grown
from tests.ends import eventually

pytestmark = pytest.mark.xdist_group("postgres")
_END_S = 600.0
_HOLD = """
import sys
from runs_svc.adapters.postgres.mover import OUT_OF, SoleMover
held = SoleMover(sys.argv[1], OUT_OF)
print("held", flush=True)
sys.stdin.read()
"""
_CUT = f"""
    SELECT pg_terminate_backend(pid) FROM pg_locks
    WHERE locktype = 'advisory' AND objid = {OUT_OF}
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
Show = Callable[[object], None]


def move(kept: Grown, target: Path, *more: str) -> tuple[int, str]:
    done = kept.offline(target.with_name("own"), "move", "--to", f"sqlite:///{target / 'rmos.db'}", *more)
    return done.returncode, done.stdout + done.stderr


@contextmanager
def at_work(kept: Grown, target: Path) -> Iterator[None]:
    """While a mover copies that store."""
    copying, end = Event(), Event()

    @contextmanager
    def shown(_: str, __: int | None) -> Iterator[Show]:
        copying.set()
        assert end.wait(_END_S)
        yield lambda _: None

    settings = settings_of(kept, target)
    with ThreadPoolExecutor(1) as thread:
        first = thread.submit(moving.copy, settings, target_of(settings, target), progress=shown)
        try:
            assert copying.wait(_END_S)
            yield
        finally:
            end.set()
        assert first.result(_END_S).records > 0


def settings_of(kept: Grown, target: Path) -> RunsSettings:
    return RunsSettings(runs_dir=target.with_name("own"), database_url=kept.url, blobs_url=kept.blobs)


def target_of(settings: RunsSettings, target: Path) -> RunsSettings:
    return moving.target_of(settings, f"sqlite:///{target / 'rmos.db'}", None, None)


def test_a_second_mover_is_refused_until_the_first_has_ended_or_was_killed(
    kept: Grown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in kept.environment.items():
        monkeypatch.setenv(name, value)
    with at_work(kept, tmp_path / "one"):
        for target, more in (("one", ()), ("two", ()), ("two", ("--switch",))):
            code, said = move(kept, tmp_path / target, *more)
            assert (code, "another move out of this database is at work" in said) == (2, True), said
        assert not (tmp_path / "two").exists()
        assert kept.offline(tmp_path / "own", "fsck").returncode == 0, "looking is no move"
    killed = subprocess.Popen(
        [sys.executable, "-c", _HOLD, kept.url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert killed.stdout is not None
        assert killed.stdout.readline() == "held\n"
        assert move(kept, tmp_path / "one")[0] == 2
    finally:
        killed.kill()
        killed.communicate(timeout=_END_S)
    eventually(lambda: move(kept, tmp_path / "one", "--switch")[0], lambda code: code == 0)


def test_a_second_mover_into_a_database_is_refused(kept: Grown) -> None:
    other = kept.elsewhere()
    first = intake.PostgresIntake(other.url, source="a store")
    try:
        with pytest.raises(ConfigurationError, match="another move into this database is at work"):
            intake.PostgresIntake(other.url, source="another store")
    finally:
        first.close()
    intake.PostgresIntake(other.url, source="another store").close()


def test_a_store_that_is_half_the_way_to_one_place_goes_to_no_other(kept: Grown, tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    intake.leave(kept.url, f"sqlite:///{one / 'rmos.db'}")  # as a switch that was killed leaves it
    code, said = move(kept, two, "--switch")
    assert (code, f"was moved to sqlite:///{one / 'rmos.db'}, or a move there was broken off" in said) == (2, True), (
        said
    )
    assert move(kept, one, "--switch")[0] == 0
    assert move(kept, two, "--switch")[0] == 2


def test_a_mover_whose_line_was_cut_switches_nothing(
    kept: Grown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in kept.environment.items():
        monkeypatch.setenv(name, value)

    @contextmanager
    def cut_while_comparing(title: str, _: int | None) -> Iterator[Show]:
        if title == "comparing":
            with psycopg.connect(kept.owner_url, autocommit=True) as database:
                assert database.execute(_CUT).fetchall() == [(True,)]
        yield lambda _: None

    settings = settings_of(kept, tmp_path / "one")
    target = target_of(settings, tmp_path / "one")
    with pytest.raises(ConfigurationError, match="was cut meanwhile; give the same command again"):
        moving.switch(settings, target, progress=cut_while_comparing)
    with psycopg.connect(kept.url) as database:
        assert database.execute("SELECT count(*) FROM moves WHERE way = 'out'").fetchone() == (0,)
    assert not target.ledger_path.exists()
    moving.switch(settings, target)
