"""`make serve`: both servers on this machine, as a person starts and stops them."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from testkit.local_servers import free_address

ROOT = Path(__file__).parents[2]


def test_it_says_where_everything_is_and_stops_on_ctrl_c(tmp_path: Path) -> None:
    addresses = [free_address(), free_address()]
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("RMOS_")},
        "RMOS_FEASIBILITY_LISTEN": addresses[0],
        "RMOS_RUNS_LISTEN": addresses[1],
        "RMOS_RUNS_DIR": str(tmp_path / "store"),
        "RMOS_CATALOG_DIR": str(tmp_path / "catalogue"),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "deploy.serve"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(4)]
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=60)
    finally:
        process.kill()
    assert [line.split() for line in said[:3]] == [
        ["feasibility_svc", addresses[0]],
        ["runs_svc", addresses[1]],
        ["store", str((tmp_path / "store").resolve())],
    ]
    assert said[3].startswith("RMOS 0.")
    assert rest == "both servers have ended\n"
    assert process.returncode == 0
