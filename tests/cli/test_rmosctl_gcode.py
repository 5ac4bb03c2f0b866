"""rmosctl gcode: argv in, exit code and one screen out."""

import json
from pathlib import Path

import pytest
from PIL import Image

from testkit.local_servers import LocalServers
from tests.cli.test_rmosctl import EXAMPLES, rmosctl

ROSETTE = EXAMPLES / "classical_rosette.yaml"
CRASH = "G20\nG0 X0 Y0 Z-20\nG1 X500 F99999\nG1 Z-300 F99999\n"


@pytest.fixture
def crash(tmp_path: Path) -> Path:
    path = tmp_path / "crash.nc"
    path.write_text(CRASH)
    return path


@pytest.mark.parametrize(
    "name", ["classical_rosette", "ebony_fretboard", "multiscale_fretboard", "mahogany_body_pocket"]
)
def test_the_examples_have_programs_that_do_what_was_approved(servers: LocalServers, name: str) -> None:
    done = rmosctl(servers, "gcode", "audit", EXAMPLES / f"{name}.nc", "--job", EXAMPLES / f"{name}.yaml")
    assert done.returncode == 0, done.stdout
    assert done.stdout.startswith("INSIDE")


def test_a_crash_is_exit_code_3_with_its_lines_worst_first(servers: LocalServers, crash: Path) -> None:
    done = rmosctl(servers, "gcode", "audit", crash, "--job", ROSETTE)
    assert done.returncode == 3
    lines = done.stdout.splitlines()
    assert lines[0] == "DEVIATES from what was approved"
    assert "error          line 2: a rapid goes through 508 mm of material  [RAPID_THROUGH_MATERIAL]" in lines[1]
    assert len(lines) < 50


def test_what_is_not_understood_is_exit_code_4(servers: LocalServers, tmp_path: Path) -> None:
    program = tmp_path / "variables.nc"
    program.write_text("G21 G90\n#1=5\nM3 S17000\nG0 X0 Y0 Z#1\nM30\n")
    done = rmosctl(servers, "gcode", "audit", program, "--job", ROSETTE, "--controller", "linuxcnc", "--json")
    report = json.loads(done.stdout)
    assert (done.returncode, report["outcome"]) == (4, "AUDIT_OUTCOME_NOT_VERIFIABLE")
    assert report["findings"][0]["first"]["text"] == "#1=5"


def test_times_are_told_as_a_range_without_a_machine(servers: LocalServers) -> None:
    program = EXAMPLES / "classical_rosette.nc"
    known = rmosctl(servers, "gcode", "time", program, "--job", ROSETTE)
    assert (known.returncode, " to " in known.stdout) == (0, False)
    assert " to " in rmosctl(servers, "gcode", "time", program).stdout


def test_programs_are_compared_in_words(servers: LocalServers) -> None:
    one, two = EXAMPLES / "ebony_fretboard.nc", EXAMPLES / "multiscale_fretboard.nc"
    assert "depth 2.5 becomes 2.4 mm (-4%)" in rmosctl(servers, "gcode", "compare", one, two).stdout
    assert rmosctl(servers, "gcode", "compare", one, one).stdout == "the same bytes\n"


def test_a_program_is_drawn_to_a_file(servers: LocalServers, crash: Path, tmp_path: Path) -> None:
    picture = tmp_path / "crash.png"
    done = rmosctl(servers, "gcode", "draw", crash, "-o", picture, "--job", ROSETTE, "--view", "side", "--width", "200")
    assert done.returncode == 0, done.stderr
    with Image.open(picture) as image:
        assert image.width == 200


@pytest.mark.parametrize(
    "arguments",
    [
        ["audit", "missing.nc"],
        ["audit", str(EXAMPLES / "classical_rosette.nc"), "--controller", "siemens"],
        ["draw", str(EXAMPLES / "classical_rosette.nc"), "-o", "picture.gif"],
    ],
)
def test_wrong_usage_is_exit_code_2(servers: LocalServers, arguments: list[str]) -> None:
    assert rmosctl(servers, "gcode", *arguments).returncode == 2


VARIABLES = "G21 G90\n" + "".join(
    f"#{100 + number % 50}=[{number}*2]\nG1 X#{100 + number % 50}\n" for number in range(999)
)
STRANGE = {
    "slashes.nc": ("G21 G90\nG70\n" + "// a remark\nG1 X1 F300\n" * 500 + "M30\n", 4, "not verifiable", "line 2"),
    "variables.nc": (VARIABLES + "M30\n", 4, "not verifiable", "expressions"),
    "printed.nc": ("M104 S200\n" + "G1 X1 Y1 E2 F300\n" * 900, 3, "deviates", "not a milling program"),
}


@pytest.mark.parametrize("name", STRANGE)
def test_a_program_that_is_not_understood_is_said_so_on_one_screen(
    servers: LocalServers, tmp_path: Path, name: str
) -> None:
    text, code, *words = STRANGE[name]
    program = tmp_path / name
    program.write_text(text)
    done = rmosctl(servers, "gcode", "audit", program, "--job", ROSETTE, "--controller", "linuxcnc")
    said = " ".join(done.stdout.lower().split())
    assert done.returncode == code, done.stdout
    assert [word for word in words if word not in said] == [], done.stdout
    assert len(done.stdout.splitlines()) < 50
