"""Readers that go away, disks that are full, and Ctrl-C: a sentence or silence, and never a traceback."""

import os
import signal
import subprocess
from pathlib import Path

import grpc
import pytest

from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.runs.v1.runs_service_pb2_grpc import RunsServiceStub
from testkit.local_servers import LocalServers
from tests.cli.test_rmosctl import EXAMPLES, RMOSCTL, recorded

FULL = Path("/dev/full")
OUTPUTS = [["list"], ["list", "--json"], ["catalogue", "list", "tools"], ["catalogue", "list", "tools", "--json"]]


def environment(servers: LocalServers) -> dict[str, str]:
    return {
        "RMOS_FEASIBILITY_ADDRESS": servers.feasibility.address,
        "RMOS_RUNS_ADDRESS": servers.runs.address,
        "PATH": "/usr/bin:/bin",
    }


@pytest.mark.parametrize("arguments", OUTPUTS, ids=" ".join)
def test_a_reader_that_goes_away_is_no_failure(servers: LocalServers, arguments: list[str]) -> None:
    recorded(servers)
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as nobody:
        done = subprocess.run(
            [RMOSCTL, *arguments],
            env=environment(servers),
            stdout=nobody,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("arguments", OUTPUTS, ids=" ".join)
def test_a_full_disk_is_said_in_a_sentence(servers: LocalServers, arguments: list[str]) -> None:
    recorded(servers)
    with FULL.open("wb") as full:
        done = subprocess.run(
            [RMOSCTL, *arguments],
            env=environment(servers),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert (done.returncode, done.stderr) == (1, "output: No space left on device\n")


def test_a_picture_that_cannot_be_written_is_said_with_its_file(servers: LocalServers, tmp_path: Path) -> None:
    picture = tmp_path / "nowhere" / "rosette.svg"
    command = map(str, [RMOSCTL, "gcode", "draw", EXAMPLES / "classical_rosette.nc", "--output", picture])
    done = subprocess.run(
        list(command), env=environment(servers), capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    assert done.stderr.replace("\n", "") == f"{picture}: No such file or directory"


def test_a_word_too_many_is_shown_and_not_obeyed() -> None:
    command: list[str | Path] = [RMOSCTL, "list", "a\u202egnp.exe"]  # as `*` gives the name of somebody else's file
    done = subprocess.run(
        command, env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert r"Got unexpected extra argument(s) (a\u202egnp.exe)" in done.stderr


def test_a_watch_that_is_interrupted_ends_with_its_own_code(servers: LocalServers) -> None:
    with grpc.insecure_channel(servers.runs.address) as channel:
        stream = RunsServiceStub(channel).WatchRuns(pb.WatchRunsRequest(), timeout=60)
        before = next(stream).resume_token
        stream.cancel()
    run_id = recorded(servers)
    watching = subprocess.Popen(
        [RMOSCTL, "watch", "--json", "--resume-token", before],
        env=environment(servers),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert watching.stdout is not None
    assert run_id in watching.stdout.readline()
    watching.send_signal(signal.SIGINT)
    _, said = watching.communicate(timeout=60)
    assert (watching.returncode, said) == (130, "")
