"""Readers of tool libraries, against files written the way the programs write them."""

import json

import pytest

from feasibility_svc.adapters.tool_libraries import archive
from feasibility_svc.domain.scoring.errors import LibraryUnreadableError
from tests.feasibility_svc.adapters.tool_library_samples import BIT, FUSION, read, zipped


def test_a_fusion_library_comes_in_millimetres_tool_by_tool() -> None:
    tools = read(json.dumps(FUSION), "vendor.json")
    inch = tools[0]
    assert inch.numbers == {
        "kind": "END_MILL",
        "diameter_mm": 3.175,
        "flute_length_mm": 12.7,
        "shank_diameter_mm": 6.35,
        "flute_count": 2,
        "stickout_mm": 20.32,
        "substrate": "CARBIDE",
    }
    assert (inch.source_id, inch.number, inch.remarks) == ("guid-inch", 1, ["in inches: 3.175 mm"])
    spruce, maple = inch.presets
    assert (spruce.feed_rate_mm_per_min, spruce.axial_depth_mm, spruce.material) == (1_524.0, None, "softwood")
    assert (maple.axial_depth_mm, maple.radial_width_mm, maple.plunge_rate_mm_per_min) == (1.27, 1.5875, 381.0)
    assert [tool.numbers.get("kind") for tool in tools[1:6]] == [
        "BALL_NOSE", "BULL_NOSE", "V_BIT", "ENGRAVING", "TAPERED_BALL",
    ]  # fmt: skip
    assert tools[2].numbers["corner_radius_mm"] == 1.0
    assert (tools[3].numbers["tip_angle_deg"], tools[3].numbers["tip_diameter_mm"]) == (60.0, 0.0)
    assert (tools[4].numbers["tip_diameter_mm"], tools[5].numbers["taper_angle_deg"]) == (0.2, 5.0)
    assert [tool.skipped for tool in tools[6:9]] == [
        "a holder is not a tool",
        "probe is not supported",
        "its unit 'furlongs' is not known",
    ]
    assert (tools[9].numbers, tools[9].number, tools[9].presets) == ({"kind": "DRILL"}, None, ())


def test_a_fusion_archive_holds_the_same_library() -> None:
    packed = zipped(tools__json=json.dumps(FUSION))
    assert read(packed, "vendor.tools") == read(json.dumps(FUSION), "vendor.json")
    assert read(packed, "renamed.json") == read(packed, "vendor.tools")


def test_a_freecad_bit_with_a_decimal_comma() -> None:
    (bit,) = read(json.dumps(BIT), "6mm_Endmill.fctb")
    assert bit.numbers == {
        "kind": "END_MILL",
        "diameter_mm": 6.0,
        "flute_length_mm": 22.0,
        "shank_diameter_mm": 6.35,
        "substrate": "CARBIDE",
        "flute_count": 2,
    }
    vee = {
        **BIT,
        "shape": "v-bit.fcstd",
        "parameter": {"CuttingEdgeAngle": "60,00 °", "Diameter": "x", "Flutes": "two"},
    }
    (bit,) = read(json.dumps(vee), "v.fctb")
    assert bit.numbers == {"kind": "V_BIT", "tip_angle_deg": 60.0}
    assert len(bit.remarks) == 2
    taper = {**BIT, "shape": "taperedballnose.fcstd", "parameter": {"TaperAngle": "5 deg"}, "attribute": "odd"}
    assert read(json.dumps(taper), "t.fctb")[0].numbers["taper_angle_deg"] == 2.5
    probe = {"shape": "probe.fcstd", "id": "p"}
    (bit,) = read(json.dumps(probe), "Probe.fctb")
    assert (bit.display_name, bit.skipped) == ("Probe", "the shape probe is not supported")


def test_a_freecad_library_brings_its_bits() -> None:
    library = {"version": 1, "tools": [{"nr": 3, "path": "Bit/6mm.fctb"}, {"nr": "x", "path": "6mm.fctb"}]}
    members = {"Library/mine__fctl": json.dumps(library), "Bit/6mm__fctb": json.dumps(BIT)}
    tools = read(zipped(**members), "mine.zip")
    assert [(tool.number, tool.numbers["diameter_mm"]) for tool in tools] == [(3, 6.0), (None, 6.0)]


def test_a_linuxcnc_table_knows_diameters_only() -> None:
    table = "T1 P1 D0.125 Z+0.511 ;1/8 end mill\nT2 P2 Z0.1 ;probe\n; a comment\nT9x D1.5.2.1\nT4 D0,25\n"
    tools = read(table, "tool.tbl", factor=25.4)
    assert [(tool.number, tool.numbers, tool.skipped != "") for tool in tools] == [
        (1, {"diameter_mm": 3.175}, False),
        (2, {}, True),
        (None, {}, True),
        (4, {"diameter_mm": 6.35}, False),
    ]
    assert (tools[0].display_name, tools[3].display_name) == ("1/8 end mill", "tool 4")


@pytest.mark.parametrize(
    ("line", "skipped"),
    [
        (b"T3 P3 D1/8 ;fraction", "line 1 cannot be read: 'T3 P3 D1/8'"),
        (b"T3 P3 D1e2 ;exponent", "line 1 cannot be read: 'T3 P3 D1e2'"),
        (b"T3 P3 D6 D3 ;twice", "line 1 cannot be read: 'T3 P3 D6 D3'"),
        (b"T3 P3 Dnan", "line 1 cannot be read: 'T3 P3 Dnan'"),
        (b"T3 P3 D6mm", "line 1 cannot be read: 'T3 P3 D6mm'"),
        (b"T3 P3 D-0.125", "the diameter '-0.125' is not allowed: it should be greater than 0"),
    ],
)
def test_a_line_of_a_linuxcnc_table_that_cannot_be_read_whole_is_skipped_and_quoted(line: bytes, skipped: str) -> None:
    (tool,) = read(line, "tool.tbl", factor=25.4)
    assert tool.skipped.startswith(skipped)


def test_a_linuxcnc_tool_with_angles_of_its_edges_is_one_of_a_lathe() -> None:
    table = "T2 P2 X0.1 Z0 D0.05 I87.000000 J40.000000 Q2 ;2\nT3 P3 D6 I0.000000 J0 Q0 ;end mill\nT4 D.1 I357 J276 Q4\n"
    assert [tool.skipped for tool in read(table, "tool.tbl")] == [
        "it has angles of its edges: a tool of a lathe",
        "",
        "it has angles of its edges: a tool of a lathe",
    ]


def test_a_spreadsheet_with_decimal_commas_and_units() -> None:
    table = (
        "Name;Type;Diameter (mm);Flute length;Flutes;Unit;Number;Angle;Material\n"
        "6 mm;End mill;6,0;22;2;;1;;Carbide\n"
        "1/4;ball;0,25;1;2;inch;1;;\n"
        "V;v-bit;12;;2;;x;60;\n"
        "ER20;holder;;;;;;;\n"
        "odd;flat;six;;two;;;;\n"
    )
    six, quarter, vee, holder, odd = read("\ufeff" + table, "tools.csv")
    assert six.numbers == {
        "kind": "END_MILL",
        "diameter_mm": 6.0,
        "flute_length_mm": 22.0,
        "flute_count": 2,
        "substrate": "CARBIDE",
    }
    assert (quarter.numbers["diameter_mm"], quarter.numbers["flute_length_mm"]) == (6.35, 25.4)
    assert (vee.numbers["tip_angle_deg"], vee.number) == (60.0, None)
    assert holder.skipped == "a holder is not a tool"
    assert (odd.numbers, len(odd.remarks)) == ({"kind": "END_MILL"}, 2)
    inches = read("guid,diameter [in],d_mm\na,0.5,\n", "t.csv")[0]
    assert (inches.source_id, inches.numbers) == ("a", {"diameter_mm": 12.7})
    assert read("name,diameter_mm\nx,3\n", "t.csv", factor=25.4)[0].numbers == {"diameter_mm": 3.0}


@pytest.mark.parametrize(
    ("data", "file_name"),
    [
        (b"x", "tools.xyz"),
        (b"not a zip", "vendor.tools"),
        (zipped(other__json="{}"), "vendor.tools"),
        (b"not json", "vendor.json"),
        (b"[]", "vendor.json"),
        (b'{"data": [1]}', "vendor.json"),
        (b"[" * 100_000, "vendor.json"),
        (b"nonsense", "bit.fctb"),
        (b"[1]", "bit.fctb"),
        (b'{"tools": []}', "library.fctl"),
        (zipped(a__fctl="{}", b__fctl="{}"), "library.zip"),
        (zipped(a__fctl="{}"), "library.zip"),
        (b"\xff\xfe", "tool.tbl"),
        (b"no tools here", "tool.tbl"),
        (b"\xff", "tools.csv"),
        (b"", "tools.csv"),
        (b"name,price\nx,3\n", "tools.csv"),
        (b"name,diameter\nx," + b"1" * 200_000, "tools.csv"),
    ],
)
def test_what_cannot_be_read_is_refused(data: bytes, file_name: str) -> None:
    with pytest.raises(LibraryUnreadableError):
        read(data, file_name)


def test_an_archive_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_UNPACKED_BYTES", 10)
    with pytest.raises(LibraryUnreadableError, match="unpacks to more than"):
        read(zipped(tools__json=json.dumps(FUSION)), "vendor.tools")
