"""What people read is in the unit of their workshop; what programs read stays in mm."""

import re
from pathlib import Path

import pytest

from rmos_client.lengths import millimetres
from rmos_client.units import Units, said, shop_units
from testkit.local_servers import LocalServers
from tests.cli.commands import EXAMPLES, ROSETTE, Rmosctl

METRIC = re.compile(r"\d mm(?![\w²³^])|\[mm(/min)?\]")
PROGRAM = EXAMPLES / "classical_rosette.nc"


@pytest.fixture
def inch(servers: LocalServers) -> Rmosctl:
    return Rmosctl(servers, RMOS_UNITS="in", COLUMNS="200")


def recorded(rmosctl: Rmosctl, **changes: str) -> str:
    return str(rmosctl.json("record", ROSETTE, **changes)["run_id"])


def test_every_command_that_prints_lengths_prints_inches(inch: Rmosctl, tmp_path: Path) -> None:
    run = recorded(inch)
    library = tmp_path / "tools.csv"
    library.write_text("name,diameter (in),flutes,type\nbit,1/4,2,flat end mill\n")
    for arguments in (
        ("evaluate", ROSETTE),
        ("evaluate", EXAMPLES / "dangerous_rosette.yaml"),
        ("explain", EXAMPLES / "dangerous_rosette.yaml"),
        ("recommend", EXAMPLES / "dangerous_rosette.yaml"),
        ("sweep", ROSETTE, "--axis", "cut.axial_depth_mm=0.2:1:3", "--axis", "cut.feed_rate_mm_per_min=900,1500"),
        ("show", run),
        ("audit", run),
        ("compare", run, recorded(inch)),
        ("gcode", "audit", PROGRAM, "--job", ROSETTE),
        ("gcode", "time", PROGRAM),
        ("gcode", "compare", PROGRAM, EXAMPLES / "mahogany_body_pocket.nc"),
        ("import-tools", library, "--preview"),
        (
            "rosettes",
            ROSETTE,
            "--profile",
            "classical",
            "--soundhole-radius-mm",
            "1 11/16 in",
            "--channel-depth-mm",
            "1.5",
        ),
    ):
        printed = inch.run(*arguments).output
        assert printed
        assert not METRIC.search(printed), (arguments, METRIC.search(printed), printed)


def test_entries_of_the_catalogue_are_listed_in_inches_under_their_own_names(inch: Rmosctl) -> None:
    for kind, entry in (("tools", "ball_nose_3175"), ("models", "classical_650"), ("profiles", "classical")):
        for printed in (inch.text("catalogue", "list", kind), inch.text("catalogue", "show", kind, entry)):
            assert "[in]" in printed
            assert "[mm]" not in printed
    assert "V-bit 90 degrees, 15 mm, 2 flutes" in " ".join(inch.text("catalogue", "list", "tools").split())


def test_a_flag_goes_before_the_environment(inch: Rmosctl) -> None:
    assert "0.125" in inch.text("catalogue", "show", "tool", "ball_nose_3175")
    assert "3.175" in inch.text("--units", "mm", "catalogue", "show", "tool", "ball_nose_3175")


def test_json_stays_in_the_units_of_the_contract(inch: Rmosctl) -> None:
    assert inch.json("catalogue", "show", "tools", "ball_nose_3175")["tool"]["diameter_mm"] == 3.175


@pytest.mark.parametrize(
    ("sentence", "read"),
    [
        ("at 1270 mm/min", "at 50 in/min"),
        ("bites 0.02 to 0.05 mm", "bites 0.000787 to 0.00197 in"),
        ("12.7 x 25.4 mm", "0.5 x 1 in"),
        ("moves 0.03 of 0.05 mm", "moves 0.00118 of 0.00197 in"),
        ("takes 400 mm3/min at 900 N/mm over 5 mm2", "takes 400 mm3/min at 900 N/mm over 5 mm2"),
        ("0.05 mm, limit 0.1 mm.", "0.00197 in, limit 0.00394 in."),
    ],
)
def test_sentences_of_servers_are_read_in_inches(sentence: str, read: str) -> None:
    before = shop_units.set(Units.IN)
    try:
        assert said(sentence) == read
    finally:
        shop_units.reset(before)


@pytest.mark.parametrize(
    ("text", "length_mm"),
    [
        ("3 5/8 in", 92.075),
        ("3-5/8 in", 92.075),
        ("1/8\u2033", 3.175),
        ('.5"', 12.7),
        ("-1/2 inch", -12.7),
        ("3 mm", 3.0),
    ],
)
def test_fractions_of_an_inch_are_lengths(text: str, length_mm: float) -> None:
    assert millimetres(text, per_minute=False) == length_mm


@pytest.mark.parametrize(
    "text", ["3 5/8", "3,5 mm", "1/0 in", "17:50", "3 5/8 in/min", "3--5/8 in", "in", "1e3 in", "3 5 in"]
)
def test_what_is_no_length_with_a_unit_is_not_read_as_one(text: str) -> None:
    assert millimetres(text, per_minute=False) is None


def test_a_length_on_the_command_line_that_is_none_says_how_to_write_one(inch: Rmosctl) -> None:
    given = ("--profile", "classical", "--soundhole-radius-mm", "42,5", "--channel-depth-mm", "1.5")
    done = inch.run("rosettes", ROSETTE, *given)
    assert done.exit_code == 2
    assert "3 5/8 in" in done.output
