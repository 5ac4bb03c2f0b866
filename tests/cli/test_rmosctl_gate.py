"""rmosctl gate, the LinuxCNC filter and the folder watch: only released bytes pass."""

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from rmos.runs.v1 import run_pb2
from rmos.runs.v1 import runs_service_pb2 as pb
from rmos_client.machine_gate import Decision, GateAnswer, decide
from rmos_client.rmos import Rmos
from rmos_client.transfers import Upload
from testkit.local_servers import LocalServers
from tests import builders
from tests.cli.test_rmosctl import rmosctl
from tests.passing_programs import GRBL, RING, ring

ROOT = Path(__file__).parents[2]
FILTER = ROOT / "clients" / "linuxcnc" / "rmos_filter.py"
WATCH = ROOT / "clients" / "folder_watch" / "rmos_folder_watch.py"
RMOSCTL = Path(sys.executable).with_name("rmosctl")
MACHINE = "shapeoko_3"


def released(servers: LocalServers, text: str, folder: Path, *, name: str = "ring.nc") -> tuple[str, Path]:
    """A run that names a program, and the program's file."""
    path = folder / name
    path.write_bytes(text.encode())
    with Rmos(runs=servers.runs.address) as runs:
        run = runs.create_run(builders.design_message(), builders.context_message(), mode="rosette", envelope=GRBL)
        runs.upload(Upload(path, "gcode"), run_id=run.run_id)
    return run.run_id, path


def gate(servers: LocalServers, *arguments: str | Path) -> tuple[int, str, str]:
    done = rmosctl(servers, "gate", *arguments)
    return done.returncode, done.stdout, done.stderr


def test_released_bytes_pass_with_one_line(servers: LocalServers, tmp_path: Path) -> None:
    run_id, path = released(servers, ring("gate 1"), tmp_path)
    assert gate(servers, path) == (0, f"ring.nc is released by {run_id}, for {MACHINE}\n", "")
    assert gate(servers, path, "--machine", MACHINE)[0] == 0


def test_other_bytes_do_not_pass(servers: LocalServers, tmp_path: Path) -> None:
    _, path = released(servers, ring("gate 2"), tmp_path)
    path.write_bytes(path.read_bytes() + b"\n")
    code, out, said = gate(servers, path)
    assert (code, out) == (4, "")
    assert "no run names these bytes" in said


def test_a_program_for_another_machine_does_not_pass(servers: LocalServers, tmp_path: Path) -> None:
    run_id, path = released(servers, ring("gate 3"), tmp_path)
    code, _, said = gate(servers, path, "--machine", "avid_pro")
    assert code == 3
    assert f"{run_id}: it is for {MACHINE}, not for avid_pro" in said


def test_a_program_that_is_held_back_does_not_pass(servers: LocalServers, tmp_path: Path) -> None:
    run_id, path = released(servers, RING.replace("F1750", "F9123"), tmp_path)
    code, _, said = gate(servers, path)
    assert code == 3
    assert f"{run_id}: its program is held back: it breaks what was approved" in said


def test_a_program_that_was_replaced_does_not_pass(servers: LocalServers, tmp_path: Path) -> None:
    run_id, path = released(servers, ring("gate 4"), tmp_path)
    old = tmp_path / "old.nc"
    old.write_bytes(path.read_bytes())
    path.write_text(ring("gate 4 corrected"))
    assert rmosctl(servers, "upload", run_id, path, "--kind", "gcode").returncode == 0
    assert gate(servers, path)[0] == 0
    code, _, said = gate(servers, old)
    assert code == 3
    assert "another took their place" in said


def test_a_pack_answers_without_a_server(servers: LocalServers, tmp_path: Path) -> None:
    run_id, path = released(servers, ring("gate 5"), tmp_path)
    packs = tmp_path / "packs"
    packs.mkdir()
    assert rmosctl(servers, "pack", run_id, packs / "one.zip").returncode == 0
    nowhere = ("--pack", packs, "--runs", "127.0.0.1:9")
    code, out, _ = gate(servers, path, "--machine", MACHINE, *nowhere)
    assert (code, out) == (0, f"ring.nc is released by {run_id}, for {MACHINE}, as one.zip says\n")
    assert gate(servers, path, "--machine", "avid_pro", *nowhere)[0] == 3
    other = tmp_path / "other.nc"
    other.write_text(ring("gate 5 altered"))
    assert gate(servers, other, *nowhere)[0] == 4


def test_a_pack_whose_program_was_exchanged_is_not_believed(servers: LocalServers, tmp_path: Path) -> None:
    run_id, path = released(servers, ring("gate 6"), tmp_path)
    pack, forged = tmp_path / "pack.zip", tmp_path / "forged.zip"
    rmosctl(servers, "pack", run_id, pack)
    with zipfile.ZipFile(pack) as before, zipfile.ZipFile(forged, "w") as after:
        for name in before.namelist():
            after.writestr(name, b"G0 X1\n" if name.endswith("ring.nc") else before.read(name))
    code, _, said = gate(servers, path, "--pack", forged)
    assert code == 2
    assert "is not what its manifest says" in said.replace("\n", " ")


@pytest.mark.parametrize("arguments", [("absent.nc",), (__file__, "--pack", "absent.zip")])
def test_what_is_not_there_is_wrong_usage(servers: LocalServers, arguments: tuple[str, ...]) -> None:
    assert gate(servers, *arguments)[0] == 2


def test_a_pack_that_cannot_be_read_is_wrong_usage(servers: LocalServers, tmp_path: Path) -> None:
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"no zip at all")
    code, out, said = gate(servers, __file__, "--pack", broken)
    assert (code, out) == (2, "")
    assert "cannot be read as an operator pack" in said.replace("\n", " ")


def test_a_server_that_is_away_has_a_code_of_its_own(servers: LocalServers) -> None:
    code, out, said = gate(servers, __file__, "--runs", "127.0.0.1:9")
    assert (code, out) == (1, "")
    assert "no answer" in said


def test_a_run_whose_gate_is_closed_releases_nothing(servers: LocalServers, tmp_path: Path) -> None:
    path = tmp_path / "ring.nc"
    path.write_text(ring("gate 7"))
    design, context = builders.design_message(), builders.context_message(builders.RED)
    with Rmos(runs=servers.runs.address) as runs:
        run = runs.create_run(design, context, mode="rosette", envelope=GRBL, gcode_text=path.read_text())
    code, _, said = gate(servers, path)
    assert code == 3
    assert f"{run.run_id}: its gate is closed" in said


def test_a_withdrawn_run_releases_nothing() -> None:
    class Withdrawn:
        def find_runs(self, sha256: str, *, show_withdrawn: bool = False) -> Iterator[pb.RunSummary]:
            yield from [pb.RunSummary(run_id="run_1")] if show_withdrawn else []

        def get_run(self, run_id: str) -> run_pb2.Run:
            return run_pb2.Run(run_id=run_id, tombstone=run_pb2.Tombstone(reason="kept for ten years"))

    decision = decide("ab" * 32, "", Withdrawn())
    assert decision == Decision(GateAnswer.HELD_BACK, "run_1: the run was withdrawn: kept for ten years")


def test_the_help_names_every_exit_code(servers: LocalServers) -> None:
    said = " ".join(gate(servers, "--help")[1].split())
    for part in ("Exit with 0", "1 the runs server", "2 wrong usage", "3 a run names", "4 no run names"):
        assert part in said


def environment(servers: LocalServers) -> dict[str, str]:
    return {"RMOS_RUNS_ADDRESS": servers.runs.address, "PATH": "/usr/bin:/bin"}


def load(servers: LocalServers, path: Path, *options: str) -> "subprocess.CompletedProcess[bytes]":
    """The file as LinuxCNC loads it: by a shell, the name of the file behind the filter's command."""
    command = f"{sys.executable} {FILTER} --rmosctl {RMOSCTL} {' '.join(options)} '{path}'"
    return subprocess.run(["sh", "-c", command], capture_output=True, timeout=60, env=environment(servers), check=False)


def test_linuxcnc_loads_what_was_released(servers: LocalServers, tmp_path: Path) -> None:
    _, path = released(servers, ring("filter 1"), tmp_path, name="a ring.nc")
    loaded = load(servers, path, "--machine", MACHINE)
    assert (loaded.returncode, loaded.stdout) == (0, path.read_bytes())
    assert loaded.stderr.decode().split() == ["FILTER_PROGRESS=0", "FILTER_PROGRESS=100"]


def test_linuxcnc_shows_why_it_loads_nothing(servers: LocalServers, tmp_path: Path) -> None:
    run_id, path = released(servers, RING.replace("F1750", "F9124"), tmp_path)
    loaded = load(servers, path, "--machine", MACHINE)
    assert (loaded.returncode, loaded.stdout) == (3, b"")
    assert f"ring.nc is not released: {run_id}: its program is held back" in loaded.stderr.decode()
    gone = load(servers, tmp_path / "gone.nc")
    assert (gone.returncode, gone.stdout) == (1, b"")


def test_linuxcnc_asks_packs_where_the_server_is_away(servers: LocalServers, tmp_path: Path) -> None:
    run_id, path = released(servers, ring("filter 2"), tmp_path)
    rmosctl(servers, "pack", run_id, tmp_path / "pack.zip")
    away = {**environment(servers), "RMOS_RUNS_ADDRESS": "127.0.0.1:9"}
    command: list[str | Path] = [sys.executable, FILTER, "--rmosctl", RMOSCTL, "--packs", tmp_path, path]
    loaded = subprocess.run(command, capture_output=True, timeout=90, env=away, check=False)
    assert (loaded.returncode, loaded.stdout) == (0, path.read_bytes())


def test_a_folder_hands_on_what_was_released_and_says_why_not(servers: LocalServers, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    _, good = released(servers, ring("folder 1"), inbox, name="good.nc")
    bad = inbox / "bad.nc"
    bad.write_text(ring("nobody knows this"))
    folders = [inbox, tmp_path / "released", tmp_path / "refused"]
    command: list[str | Path] = [sys.executable, WATCH, "--once", "--rmosctl", RMOSCTL, "--machine", MACHINE, *folders]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment(servers), check=False)
    assert done.returncode == 0, done.stderr
    assert [path.name for path in (tmp_path / "released").iterdir()] == [good.name]
    assert sorted(path.name for path in (tmp_path / "refused").iterdir()) == ["bad.nc", "bad.nc.txt"]
    assert "no run names these bytes" in (tmp_path / "refused" / "bad.nc.txt").read_text()
    assert list(inbox.iterdir()) == []


def test_a_folder_keeps_what_could_not_be_judged(servers: LocalServers, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "ring.nc").write_text(RING)
    folders = [inbox, tmp_path / "released", tmp_path / "refused"]
    command: list[str | Path] = [sys.executable, WATCH, "--once", "--rmosctl", tmp_path / "no_such_command", *folders]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment(servers), check=False)
    assert done.returncode == 1
    assert [path.name for path in inbox.iterdir()] == ["ring.nc"]
