"""`make run`, as a newcomer sees it."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_tour_shows_what_it_promises() -> None:
    done = subprocess.run(
        [sys.executable, "examples/tour.py"], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for promise in ("GREEN", "RED: do not cut this", "BLOCKED", "VERIFIED", ".json", "RunsService/CreateRun"):
        assert promise in done.stdout


def test_the_programs_are_those_the_script_writes(tmp_path: Path) -> None:
    copied = tmp_path / "programs.py"
    copied.write_text((ROOT / "examples" / "programs.py").read_text())
    subprocess.run([sys.executable, str(copied)], check=True, timeout=60)
    written = sorted(tmp_path.glob("*.nc"))
    assert len(written) == 4
    for path in written:
        assert path.read_text() == (ROOT / "examples" / path.name).read_text()
