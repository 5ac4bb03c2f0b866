"""How a team of workers ends."""

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from rpckit import workers
from rpckit.settings import ConfigurationError
from tests.ends import eventually

_PATIENCE_S = 30.0
_STUBBORN = """
import pathlib, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
pathlib.Path(sys.argv[sys.argv.index("--address-file") + 1]).touch()
time.sleep(60)
"""


def test_a_worker_that_does_not_end_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "stubborn.py").write_text(_STUBBORN)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["stubborn"])
    monkeypatch.setattr(workers, "_KILLED_AFTER_S", 0.1)
    asked = workers.Workers("stubborn", 1, "127.0.0.1:0", None, None, flags=lambda _: (), grace_s=0.0)
    team = workers._Team(asked, "127.0.0.1:1", tmp_path)
    until = time.monotonic() + _PATIENCE_S
    while not (tmp_path / "0").exists() and time.monotonic() < until:
        time.sleep(0.01)
    assert team.end() == -9


_UNLUCKY = """
import pathlib, sys, time
folder = pathlib.Path(sys.argv[sys.argv.index("--address-file") + 1]).parent
starts = len(list(folder.glob("start*")))
(folder / f"start{starts}").touch()
if starts == 1:
    sys.exit(2)  # as a server that finds its database away
(folder / "0").touch()
while starts or not (folder / "end").exists():
    time.sleep(0.01)
"""


def test_a_worker_that_cannot_start_again_at_once_does_not_end_the_team(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "unlucky.py").write_text(_UNLUCKY)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["unlucky"])
    monkeypatch.setattr(workers, "_KILLED_AFTER_S", 0.1)
    monkeypatch.setattr(workers, "_AGAIN_AFTER_S", 0.01)
    asked = workers.Workers("unlucky", 1, "127.0.0.1:0", tmp_path / "address", None, flags=lambda _: (), grace_s=0.0)
    team, stop = workers._Team(asked, "127.0.0.1:1", tmp_path), Event()
    with ThreadPoolExecutor(1) as thread:
        code = thread.submit(team.keep_up, stop)
        try:
            eventually((tmp_path / "address").exists, bool)
            (tmp_path / "end").touch()
            eventually((tmp_path / "start2").exists, bool)
        finally:
            stop.set()
            team.end()
            assert code.result(_PATIENCE_S) == 0


@pytest.mark.parametrize(("port", "count"), [(65_535, 2), (65_530, 8), (70_000, 1)])
def test_workers_whose_metrics_have_no_ports_are_not_started(port: int, count: int) -> None:
    asked = workers.Workers("none", count, "127.0.0.1:0", None, f"0.0.0.0:{port}", flags=lambda _: (), grace_s=0.0)
    with pytest.raises(ConfigurationError, match=f"--metrics-listen: {count} workers .* up to {65_536 - count}"):
        workers.run_workers(asked)
