"""rmosctl sweep, recommend, explain and import-tools: argv in, exit code, output and pictures out."""

import json
from pathlib import Path

import pytest
import typer
import yaml
from PIL import Image

from rmos_client.cli.sweep import read_axis
from testkit.local_servers import LocalServers
from tests.cli.test_rmosctl import EXAMPLES, rmosctl
from tests.feasibility_svc.adapters.tool_library_samples import FUSION

FEED, SPEED = "cut.feed_rate_mm_per_min=300:4000:6", "cut.spindle_speed_rpm=10000:30000:8"
ROSETTE = EXAMPLES / "classical_rosette.yaml"


def test_a_sweep_is_drawn_in_the_terminal_with_what_limits_each_cell(servers: LocalServers) -> None:
    done = rmosctl(servers, "sweep", ROSETTE, "--axis", FEED, "--axis", SPEED)
    assert done.returncode == 0, done.stderr
    assert "feed rate [mm/min]" in done.stdout
    assert "C chipload" in done.stdout
    assert "o yours, * fastest GREEN" in done.stdout


@pytest.mark.parametrize("suffix", ["svg", "png"])
def test_a_sweep_is_drawn_as_a_picture(servers: LocalServers, tmp_path: Path, suffix: str) -> None:
    picture = tmp_path / f"map.{suffix}"
    axes = ["--axis", "tool.wear=SHARP,WORN", "--axis", FEED, "--axis", SPEED]
    done = rmosctl(servers, "sweep", ROSETTE, *axes, "--output", picture)
    assert done.returncode == 0, done.stderr
    if suffix == "svg":
        drawn = picture.read_text()
        assert drawn.count("<title>") == 2 * 6 * 6  # the dial has six positions in the range
        assert "limited by chipload" in drawn
        assert rmosctl(servers, "sweep", ROSETTE, *axes, "--output", tmp_path / "again.svg").returncode == 0
        assert (tmp_path / "again.svg").read_text() == drawn
    else:
        with Image.open(picture) as image:
            assert image.width > 300
            assert len(image.getcolors(2**24) or []) > 4


def test_one_axis_and_many_maps_are_drawn_too(servers: LocalServers) -> None:
    assert rmosctl(servers, "sweep", ROSETTE, "--axis", FEED, "--sampled").returncode == 0
    many = rmosctl(servers, "sweep", ROSETTE, "--axis", "cut.axial_depth_mm=0.2:2:6", "--axis", FEED, "--axis", SPEED)
    assert "2 more maps" in many.stdout
    worn = rmosctl(servers, "sweep", EXAMPLES / "dangerous_rosette.yaml", "--axis", FEED)
    assert "Nothing is GREEN; nearest" in worn.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["--axis", "nonsense"],
        ["--axis", "cut.feed_rate_mm_per_min=1:2:x"],
        ["--axis", FEED, "--output", "map.gif"],
    ],
)
def test_wrong_usage_of_sweep_is_exit_code_2(servers: LocalServers, arguments: list[str]) -> None:
    assert rmosctl(servers, "sweep", ROSETTE, *arguments).returncode == 2


def json_job(folder: Path, **cut: float) -> Path:
    """The rosette with numbers of its cut changed."""
    job = yaml.safe_load(ROSETTE.read_text())
    job["context"]["cut"] |= cut
    job.pop("attachments", None)
    path = folder / "job.json"
    path.write_text(json.dumps(job))
    return path


def test_a_setup_is_recommended(servers: LocalServers, tmp_path: Path) -> None:
    done = rmosctl(servers, "recommend", EXAMPLES / "ebony_fretboard.yaml")
    assert done.returncode == 0, done.stderr
    assert "Nothing has to change" in done.stdout
    thin = json_job(tmp_path, feed_rate_mm_per_min=300.0)
    done = rmosctl(servers, "recommend", thin)
    assert done.returncode == 0, done.stderr
    assert "One change: set feed " in done.stdout
    assert "A GREEN setup: " in done.stdout
    hopeless = rmosctl(servers, "recommend", EXAMPLES / "dangerous_rosette.yaml")
    assert hopeless.returncode == 3
    assert "no setting of this machine mends the geometry" in hopeless.stdout


@pytest.mark.parametrize(("units", "expected"), [("both", " mm ("), ("metric", " mm"), ("inch", " in")])
def test_a_verdict_is_explained(servers: LocalServers, units: str, expected: str) -> None:
    done = rmosctl(servers, "explain", EXAMPLES / "dangerous_rosette.yaml", "--units", units)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("RED: do not cut this: ")
    assert expected in done.stdout
    assert "What to change" in done.stdout
    assert len(done.stdout.splitlines()) <= 24
    assert max(len(line) for line in done.stdout.splitlines()) <= 80


def test_sources_are_told_on_request(servers: LocalServers) -> None:
    assert "Where the numbers come from" not in rmosctl(servers, "explain", ROSETTE).stdout
    assert "Where the numbers come from" in rmosctl(servers, "explain", ROSETTE, "--sources").stdout


def test_a_library_is_previewed_and_imported(servers: LocalServers, tmp_path: Path) -> None:
    library = tmp_path / "vendor.json"
    library.write_text(json.dumps(FUSION))
    preview = rmosctl(servers, "import-tools", library, "--preview")
    assert "6 new, 0 changed, 0 unchanged, 4 skipped (preview)" in preview.stdout
    assert "a holder is not a tool" in preview.stdout
    assert "no stepdown given" in preview.stdout
    absent = rmosctl(servers, "import-tools", tmp_path / "absent.json", "--inch")
    assert absent.returncode == 2


@pytest.mark.parametrize("values", ["300,nan,200", "nan", "300,-inf"])
def test_an_axis_with_a_number_that_is_not_finite_is_refused(values: str) -> None:
    with pytest.raises(typer.BadParameter, match="is not a finite number"):
        read_axis(f"cut.plunge_rate_mm_per_min={values}")
