"""`make serve`: both servers on this machine, as a person starts and stops them."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from testkit.local_servers import free_address

ROOT = Path(__file__).parents[2]
_LIMIT_S = 60.0


def test_a_server_that_does_not_start_says_why_and_ends_both() -> None:
    environment = os.environ | {"RMOS_FEASIBILITY_LISTEN": free_address(), "RMOS_DATABASE_URL": "mysql://shop"}
    done = subprocess.run(
        [sys.executable, "-m", "deploy.serve"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=_LIMIT_S,
        check=False,
    )
    assert (done.returncode, done.stdout.splitlines()[-1:]) == (2, ["both servers have ended"])
    assert "runs_svc: --database-url or RMOS_DATABASE_URL: allowed are" in done.stderr
    assert "Traceback" not in done.stderr


def test_it_says_where_everything_is_and_stops_on_ctrl_c(tmp_path: Path) -> None:
    addresses = [free_address(), free_address()]
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("RMOS_")},
        "RMOS_FEASIBILITY_LISTEN": addresses[0],
        "RMOS_RUNS_LISTEN": addresses[1],
        "RMOS_RUNS_DIR": str(tmp_path / "store"),
        "RMOS_CATALOG_DIR": str(tmp_path / "catalogue"),
    }
    told = tmp_path / "told"
    with told.open("wb") as stdout:  # a file: what a server still held open would keep a pipe from ending
        process = subprocess.Popen(
            [sys.executable, "-m", "deploy.serve"],
            cwd=ROOT,
            env=environment | {"PYTHONUNBUFFERED": "1"},
            stdout=stdout,
            stderr=subprocess.DEVNULL,
        )
    try:
        until = time.monotonic() + _LIMIT_S
        while told.read_text(encoding="utf-8").count("\n") < 4:
            assert process.poll() is None, "it ended"
            assert time.monotonic() < until, told.read_text(encoding="utf-8")
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        process.wait(_LIMIT_S)
    finally:
        process.kill()
        process.wait(_LIMIT_S)
    *said, rest = told.read_text(encoding="utf-8").splitlines(keepends=True)
    assert [line.split() for line in said[:3]] == [
        ["feasibility_svc", addresses[0]],
        ["runs_svc", addresses[1]],
        ["store", str((tmp_path / "store").resolve())],
    ]
    assert said[3].startswith("RMOS 0.")
    assert rest == "both servers have ended\n"
    assert process.returncode == 0
