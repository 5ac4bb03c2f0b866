"""Units, shapes and feeds that a library says in a way of its own: understood or told, never taken for others."""

import json
from typing import Any

import pytest

from feasibility_svc.domain.catalogue.presets import CuttingPreset
from feasibility_svc.domain.scoring.errors import LibraryUnreadableError
from tests.feasibility_svc.adapters.tool_library_samples import read


def table(text: str, *, factor: float | None = None) -> Any:
    return read(text, "t.csv", factor=factor)[0]


def fusion(kind: str, geometry: dict[str, Any], name: str = "x", presets: Any = None) -> Any:
    tool = {"guid": "g", "type": kind, "unit": "millimeters", "description": name, "geometry": geometry}
    tool["start-values"] = presets
    return read(json.dumps({"data": [tool]}), "l.json", factor=None)[0]


def bit(name: str = "x", units: str = "", presets: Any = None, **parameter: Any) -> Any:
    value = {"name": name, "shape": "endmill.fcstd", "presets": presets, "parameter": parameter}
    return read(json.dumps(value | {"attribute": {"Units": units}}), "t.fctb", factor=None)[0]


@pytest.mark.parametrize(
    ("title", "cell", "mm_per_min"),
    [
        ("feed (mm/min)", "1200", 1_200.0),
        ("feed (ipm)", "100", 2_540.0),
        ("feed (in/min)", "100", 2_540.0),
        ("feed (m/min)", "1.2", 1_200.0),
        ("feed rate mm/s", "20", 1_200.0),
        ("feed [mm]", "1200", 1_200.0),
    ],
)
@pytest.mark.parametrize(("diameter", "unit"), [("6", "mm"), ("0.25", "in")])
def test_the_unit_of_a_feed_is_the_one_of_its_title(
    title: str, cell: str, mm_per_min: float, diameter: str, unit: str
) -> None:
    tool = table(f"name,diameter ({unit}),{title}\na,{diameter},{cell}\n")
    assert tool.presets == (CuttingPreset("default", "", feed_rate_mm_per_min=mm_per_min),)


def test_the_unit_in_the_title_of_a_feed_counts_before_the_one_of_the_row() -> None:
    tool = table("name,diameter,unit,feed (mm/min),stepdown\na,0.25,in,1200,0.1\n")
    assert tool.numbers["diameter_mm"] == 6.35
    assert tool.presets == (CuttingPreset("default", "", None, 1_200.0, None, 2.54),)


@pytest.mark.parametrize(
    "title", ["feed (furlong/min)", "rpm (x1000)", "stepover (%)", "type,angle (rad)", "flute length (LOC)"]
)
def test_a_column_in_a_unit_that_is_none_is_not_read_and_told(title: str) -> None:
    tool = table(f"name,diameter (mm),{title}\na,6,{'vee,' if ',' in title else ''}18\n", factor=1.0)
    assert set(tool.numbers) <= {"diameter_mm", "kind"}
    assert tool.presets == ()
    assert f"not read: {title.rsplit(',', maxsplit=1)[-1]}" in tool.remarks


@pytest.mark.parametrize("factor", [None, 1.0, 25.4])
def test_a_diameter_in_a_unit_that_is_none_is_refused_whatever_the_caller_says(factor: float | None) -> None:
    with pytest.raises(LibraryUnreadableError, match=r"'Diameter \(furlong\)' is not known: write mm or in"):
        table("name,Diameter (furlong)\na,6\n", factor=factor)


@pytest.mark.parametrize("row", ["6 mm,", "6,mm"])
def test_a_title_in_a_unit_that_is_none_does_no_harm_where_the_row_says_it(row: str) -> None:
    assert table(f"name,Diameter (nominal),unit\na,{row}\n").numbers == {"diameter_mm": 6.0}


@pytest.mark.parametrize(("word", "diameter_mm"), [("Y", 6.0), ("n", 152.4)])
def test_a_table_may_say_metric_with_a_letter(word: str, diameter_mm: float) -> None:
    assert table(f"name,diameter,metric\na,6,{word}\n").numbers == {"diameter_mm": diameter_mm}


def test_a_table_with_the_line_ends_of_old_macs_is_read() -> None:
    assert table("name,diameter mm\ra,6\r").numbers == {"diameter_mm": 6.0}


def test_a_flat_end_mill_with_a_corner_is_a_bull_nose() -> None:
    numbers = fusion("flat end mill", {"DC": 6, "RE": 0.5}).numbers
    assert numbers == {"kind": "BULL_NOSE", "diameter_mm": 6.0, "corner_radius_mm": 0.5}


@pytest.mark.parametrize(("kind", "side"), [("chamfer mill", 90), ("tapered mill", 45), ("tapered mill", -5)])
def test_an_angle_that_no_side_can_have_is_told(kind: str, side: float) -> None:
    tool = fusion(kind, {"DC": 6, "RE": 0.5, "TA": side})
    assert f"TA: {side} is no angle of its side" in tool.remarks
    assert not {"tip_angle_deg", "taper_angle_deg"} & tool.numbers.keys()


@pytest.mark.parametrize("name", ["Dovetail 14 deg", '1/4" Roundover', "Keyhole 3/8", "T-Slot cutter"])
def test_a_profiled_bit_that_its_library_calls_an_end_mill_is_left_out_by_its_name(name: str) -> None:
    assert "by its name it is a" in fusion("flat end mill", {"DC": 6}, name).skipped
    assert "by its name it is a" in bit(name, Diameter="6 mm").skipped


def test_a_threaded_shank_makes_no_thread_mill() -> None:
    assert not fusion("flat end mill", {"DC": 6}, "6 mm, threaded shank").skipped


@pytest.mark.parametrize("value", [float("nan"), -5.0, 1e13])
def test_a_value_of_a_preset_that_nothing_turns_or_moves_with_is_told(value: float) -> None:
    tool = fusion("flat end mill", {"DC": 6}, presets=[{"name": "a", "n": 18_000, "v_f": value}])
    assert tool.presets == (CuttingPreset("a", "", 18_000.0),)
    assert tool.remarks == [f"preset 'a': v_f: {str(value)!r} is not allowed"]


@pytest.mark.parametrize(
    ("units", "given", "diameter_mm"),
    [("Imperial", 0.25, 6.35), ("Inch", 0.25, 6.35), ("Metric", 6, 6.0), ("", 6, 6.0)],
)
def test_a_bit_may_say_the_unit_of_its_plain_numbers(units: str, given: float, diameter_mm: float) -> None:
    assert bit(units=units, Diameter=given).numbers["diameter_mm"] == diameter_mm


def test_a_bit_in_a_unit_that_is_none_is_left_out() -> None:
    assert bit(units="furlongs", Diameter=6).skipped == "its unit 'furlongs' is not known"


@pytest.mark.parametrize("surface", [180, "180 m/min", "180000 mm/min", "3 m/s"])
def test_presets_of_freecad_may_write_their_units(surface: object) -> None:
    preset = {"name": "pine", "surface_speed": surface, "chipload": "0.05 mm"}
    (found,) = bit(presets=[preset], Diameter="6 mm", Flutes=2).presets
    assert found == CuttingPreset("pine", "", 9_549.297, 954.9297)
    assert bit(presets={"pine": preset}, Diameter="6 mm").remarks == ["its presets are no list and are not read"]


def test_a_stepover_that_is_no_share_is_told() -> None:
    tool = {"id": "u", "name": "x", "diameter": 3, "diameterUnit": "MM", "stepOverPercent": 40}
    (found,) = read(json.dumps({"tools": [tool]}), "tool-library.json", factor=None)
    assert found.remarks == ["stepOverPercent: 40 is no share of the diameter from 0 to 1"]


@pytest.mark.parametrize("number", ["-1", "1.5"])
def test_a_line_whose_tool_has_no_whole_number_is_left_out(number: str) -> None:
    (found,) = read(f"T{number} P1 D6\n", "t.tbl", factor=1.0)
    assert found.skipped.startswith("line 1 cannot be read")


def test_a_table_of_a_machine_in_inches_says_what_it_was_read_as() -> None:
    (found,) = read("T1 P1 D6 ;6 mm flat\n", "t.tbl", factor=25.4)
    assert "read as inches: 152.4 mm" in found.remarks
