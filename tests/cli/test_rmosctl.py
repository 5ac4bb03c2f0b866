"""rmosctl: argv in, exit code and output out."""

import hashlib
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from rmos_client import Rmos
from testkit.local_servers import LocalServers
from tests import builders

EXAMPLES = Path(__file__).parents[2] / "examples"
RMOSCTL = Path(sys.executable).parent / "rmosctl"


def rmosctl(servers: LocalServers, *arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    environment = {
        "RMOS_FEASIBILITY_ADDRESS": servers.feasibility.address,
        "RMOS_RUNS_ADDRESS": servers.runs.address,
        "COLUMNS": "200",
        "PATH": "/usr/bin:/bin",
    }
    command = [str(RMOSCTL), *(str(item) for item in arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment, check=False)


def recorded(servers: LocalServers) -> str:
    done = rmosctl(servers, "record", EXAMPLES / "classical_rosette.yaml")
    return next(word for word in done.stdout.split() if word.startswith("run_"))


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_example_is_evaluated(servers: LocalServers, path: Path) -> None:
    done = rmosctl(servers, "evaluate", path)
    dangerous = path.stem == "dangerous_rosette"
    assert done.returncode == (3 if dangerous else 0), done.stderr
    assert ("RED: do not cut this" in done.stdout) == dangerous
    assert "UNKNOWN" not in done.stdout
    assert len(done.stdout.splitlines()) <= 25


def test_a_red_job_says_what_breaks_and_what_helps(servers: LocalServers) -> None:
    done = rmosctl(servers, "evaluate", EXAMPLES / "dangerous_rosette.yaml")
    assert re.search(r"surface reaches 2\d\d degC, 200 degC spoils it", done.stdout)
    assert "No single change helps" in done.stdout
    explained = " ".join(rmosctl(servers, "explain", EXAMPLES / "dangerous_rosette.yaml").stdout.split())
    together = "To GREEN, together: make the depth of the rosette channel 1.35 mm"
    assert f"{together} (0.0531 in), edge sharp" in explained


def test_a_job_is_recorded_listed_shown_and_verified(servers: LocalServers) -> None:
    run_id = recorded(servers)
    listed = rmosctl(servers, "list", "--filter", "risk_level = GREEN", "--limit", "500").stdout
    assert run_id in listed
    line = next(line for line in listed.splitlines() if run_id in line)
    assert "inside" in line
    shown = rmosctl(servers, "show", run_id).stdout
    assert "classical_rosette.nc" in shown
    assert "inside" in shown
    document = json.loads(rmosctl(servers, "show", run_id, "--document").stdout)
    assert document["run_id"] == run_id
    for _ in range(50):  # the archive follows within milliseconds
        verified = rmosctl(servers, "verify", run_id)
        if verified.returncode == 0:
            break
    assert verified.returncode == 0
    assert f"{run_id}  VERIFIED" in verified.stdout


def test_a_refused_job_is_recorded_with_an_exit_code(servers: LocalServers) -> None:
    done = rmosctl(servers, "record", EXAMPLES / "dangerous_rosette.yaml")
    assert done.returncode == 3
    assert "BLOCKED" in done.stdout


def test_a_file_goes_up_and_down(servers: LocalServers, tmp_path: Path) -> None:
    run_id = recorded(servers)
    source, target = EXAMPLES / "mahogany_body_pocket.nc", tmp_path / "back.nc"
    up = rmosctl(servers, "upload", run_id, source, "--kind", "gcode")
    digest = next(word for word in up.stdout.split() if len(word) == 64)
    down = rmosctl(servers, "download", run_id, digest, target)
    assert (up.returncode, down.returncode) == (0, 0)
    assert target.read_bytes() == source.read_bytes()


def test_a_pack_is_written_for_the_machine(servers: LocalServers, tmp_path: Path) -> None:
    run_id, target = recorded(servers), tmp_path / "pack.zip"
    done = rmosctl(servers, "pack", run_id, target)
    assert done.returncode == 0
    assert hashlib.sha256(target.read_bytes()).hexdigest() in done.stdout
    assert "setup_sheet.html" in zipfile.ZipFile(target).namelist()
    assert "setup_sheet.html" in done.stdout
    assert rmosctl(servers, "pack", "run_ffffffffffff", target).returncode == 1


def test_a_watcher_goes_on_where_it_stopped(servers: LocalServers, runs: Rmos) -> None:
    start = next(runs.watch('mode = "watched"')).resume_token
    created = [
        runs.create_run(builders.design_message(), builders.context_message(), mode="watched").run_id for _ in range(2)
    ]
    done = rmosctl(servers, "watch", 'mode = "watched"', "--count", "2", "--resume-token", start)
    lines = [line.split() for line in done.stdout.splitlines()]
    assert [line[:5] for line in lines] == [[run_id, "run", "OK", "GREEN", "watched"] for run_id in created]
    again = rmosctl(servers, "watch", 'mode = "watched"', "--count", "1", "--resume-token", lines[0][-1])
    assert again.stdout.split()[0] == created[1]


def test_a_failed_call_is_reported_with_its_request_id(servers: LocalServers) -> None:
    done = rmosctl(servers, "show", "run_ffffffffffff")
    assert done.returncode == 1
    assert "RUN_NOT_FOUND" in done.stderr
    assert "request id req_" in done.stderr


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("design: {}", "context is required"),
        ("- a list", "expected a mapping"),
        ("design: {pocket: {depth_inch: 1}}\ncontext: {}", "depth_inch"),
        ("design: {}\ncontext: {}\nfeasibility: GREEN", "unknown field 'feasibility'"),
        ("design: {}\ncontext: {}\nattachments: [{file: gone.nc, kind: gcode}]", "is not there"),
        ("design: {}\ncontext: {}\nattachments: [1]", "needs file and kind"),
        ("design: [", "line 1"),
        ("design: {}\ncontext: {}\nlinkage: 1", "must be a mapping"),
    ],
)
def test_a_bad_job_file_is_refused_by_name(servers: LocalServers, tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "job.yaml"
    path.write_text(text)
    done = rmosctl(servers, "evaluate", path)
    assert done.returncode == 2
    assert complaint in done.stderr.replace("\n", " ")
    assert "job.yaml" in done.stderr.replace("\n", "")


def test_violations_are_reported_one_a_line(servers: LocalServers, tmp_path: Path) -> None:
    path = tmp_path / "job.json"
    path.write_text(json.dumps({"design": {"pocket": {"depth_mm": -1}}, "context": {"cut": {"axial_depth_mm": 0}}}))
    done = rmosctl(servers, "evaluate", path)
    assert done.returncode == 1
    assert "design.pocket.depth_mm: -1 is not allowed" in done.stderr


def test_several_runs_side_by_side_their_lineage_and_a_hold(servers: LocalServers) -> None:
    with Rmos(runs=servers.runs.address) as runs:
        design = builders.design_message()
        ids = [
            runs.create_run(design, builders.context_message(change), mode="rosette").run_id
            for change in (None, {"cut.feed_rate_mm_per_min": 1_500.0}, {"cut.feed_rate_mm_per_min": 100.0})
        ]
    done = rmosctl(servers, "compare", *ids)
    line = next(line for line in done.stdout.splitlines() if "feed (feed_rate_mm_per_min)" in line)
    assert line.split()[-3:] == ["1750.0", "1500.0", "100.0"]
    assert done.stdout.index("verdict") < done.stdout.index("feed (")
    assert rmosctl(servers, "compare", ids[0]).returncode == 2
    assert ids[0] in rmosctl(servers, "lineage", ids[0]).stdout
    held = rmosctl(servers, "hold", ids[0], "--person", "M. Sato", "--reason", "a claim is open")
    assert f"{ids[0]} is held" in held.stdout
    assert ids[0] in rmosctl(servers, "list", "--filter", "legal_hold = yes").stdout
    released = rmosctl(servers, "hold", ids[0], "--person", "M. Sato", "--reason", "it is settled", "--release")
    assert "not held any more" in released.stdout


def test_the_rosette_of_a_run_is_drawn(servers: LocalServers, tmp_path: Path) -> None:
    run_id = recorded(servers)
    done = rmosctl(servers, "preview", run_id, tmp_path / "rosette.svg")
    assert hashlib.sha256((tmp_path / "rosette.svg").read_bytes()).hexdigest() in done.stdout
    assert rmosctl(servers, "preview", run_id, tmp_path / "rosette.gif").returncode == 2
