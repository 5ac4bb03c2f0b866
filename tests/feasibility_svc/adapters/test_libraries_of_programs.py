"""Libraries as programs of the neighbourhood write them: Fusion's table, Carbide Create, UGS, FreeCAD with presets."""

import io
import json
import zipfile
from typing import Any

import pytest

from feasibility_svc.domain.catalogue.presets import CuttingPreset
from feasibility_svc.domain.scoring.errors import LibraryUnreadableError
from tests.feasibility_svc.adapters.tool_library_samples import BIT, read, zipped

CARBIDE_CREATE = (
    "number,vendor,model,URL,name,type,diameter,cornerradius,flutelength,shaftdiameter,angle,numflutes,stickout,"
    "coating,metric,notes,machine,material,plungerate,feedrate,rpm,depth\n"
)
FUSION_TABLE = (
    "Tool Index (tool_index),Preset Name (preset_name),Type (tool_type),Description (tool_description),"
    "Diameter (tool_diameter),Number (tool_number),Unit (tool_unit),Flute Length (tool_fluteLength),"
    "Number of Flutes (tool_numberOfFlutes),Shaft Diameter (tool_shaftDiameter),Body Length (tool_bodyLength),"
    "Thread Pitch Angle (tool_threadProfileAngle),Spindle Speed (tool_spindleSpeed),"
    "Cutting Feedrate (tool_feedCutting),Stepdown (tool_stepdown),Use Stepdown (use_tool_stepdown)\n"
)


def fusion(kind: str, unit: str = "millimeters", name: str = "x", **geometry: Any) -> Any:
    tool = {"guid": "g", "type": kind, "unit": unit, "description": name, "geometry": geometry}
    return read(json.dumps({"data": [tool]}), "l.json", factor=None)[0]


def bit(shape: str, shape_type: str = "", **parameter: Any) -> Any:
    value = {"version": 2, "name": "x", "shape": shape, "parameter": parameter}
    return read(json.dumps(value | ({"shape-type": shape_type} if shape_type else {})), "t.fctb", factor=None)[0]


def test_a_table_of_carbide_create_says_its_unit_row_by_row_and_zero_is_not_stated() -> None:
    rows = (
        "302,X,,,sixty V,vee,0.5,0,0.5,0.25,60,2,0,,0,,shop,Any,,,,\n"
        "201,X,,,quarter end,end,0.25,0,0.75,0.25,0,3,0.75,,0,,shop,Softwood,20,60,18000,0.1\n"
        "201,X,,,quarter end,end,0.25,0,0.75,0.25,0,3,0.75,,0,,shop,Hardwood,15,40,16000,0.05\n"
        "112,X,,,six ball,ball,6,3,22,6,0,2,0,,1,,shop,Any,300,1200,18000,1\n"
    )
    vee, end, ball = read(CARBIDE_CREATE + rows, "cc.csv", factor=None)
    assert vee.numbers == {
        "kind": "V_BIT", "diameter_mm": 12.7, "flute_length_mm": 12.7, "shank_diameter_mm": 6.35,
        "tip_angle_deg": 60.0, "flute_count": 2,
    }  # fmt: skip
    assert end.numbers == {
        "kind": "END_MILL", "diameter_mm": 6.35, "flute_length_mm": 19.05, "shank_diameter_mm": 6.35,
        "flute_count": 3, "stickout_mm": 19.05,
    }  # fmt: skip
    assert end.presets == (
        CuttingPreset("Softwood", "Softwood", 18_000.0, 1_524.0, 508.0, 2.54),
        CuttingPreset("Hardwood", "Hardwood", 16_000.0, 1_016.0, 381.0, 1.27),
    )
    assert (ball.numbers["diameter_mm"], "corner_radius_mm" in ball.numbers) == (6.0, False)


@pytest.mark.parametrize(("point", "angle"), [(118, 118.0), ("135 deg", 135.0), (0, None), (180, None), ("?", None)])
def test_a_drill_of_fusion_has_the_angle_of_its_point(point: object, angle: float | None) -> None:
    drill = fusion("drill", unit="inches", DC=0.25, SIG=point)
    assert drill.numbers.get("tip_angle_deg") == angle
    assert fusion("flat end mill", DC=6, SIG=118).numbers.get("tip_angle_deg") is None


def test_a_diameter_that_is_no_number_is_called_so() -> None:
    assert repr(fusion("flat end mill", DC=float("nan")).numbers["diameter_mm"]) == "nan"


def test_rows_of_one_index_in_fusions_table_are_one_tool_with_its_presets() -> None:
    rows = (
        '1,Aluminium,ball end mill,Ball 3,3,7,millimeters,12,2,3.175,19,,18000,"1,200",0.5,true\n'
        "1,Brass,ball end mill,Ball 3,3,7,millimeters,12,2,3.175,19,,16000,800,0.4,false\n"
        "2,Default,chamfer mill,V,0.5,8,inches,0.3,1,0.25,1,60,,,,\n"
    )
    ball, vee = read(FUSION_TABLE + rows, "f.csv", factor=None)
    assert ball.numbers == {
        "kind": "BALL_NOSE", "diameter_mm": 3.0, "flute_length_mm": 12.0, "shank_diameter_mm": 3.175,
        "stickout_mm": 19.0, "flute_count": 2,
    }  # fmt: skip
    assert [(preset.name, preset.spindle_speed_rpm, preset.axial_depth_mm) for preset in ball.presets] == [
        ("Aluminium", 18_000.0, 0.5),
        ("Brass", 16_000.0, None),
    ]
    assert (ball.number, vee.numbers["diameter_mm"]) == (7, 12.7)
    assert "not read: tool_threadProfileAngle" in vee.remarks


def test_a_library_of_ugs_has_a_unit_for_each_diameter_and_millimetres_for_the_rest() -> None:
    down = {
        "id": "d", "name": '1/4" Downcut', "toolNumber": 2, "shape": "DOWNCUT", "diameter": 0.25,
        "diameterUnit": "INCH", "feedSpeed": 800, "plungeSpeed": 250, "depthPerPass": 1.5, "stepOverPercent": 0.4,
        "maxSpindleSpeed": 18_000,
    }  # fmt: skip
    vee = {"id": "v", "name": "V 60", "toolNumber": 0, "shape": "V_BIT", "vBitAngleDegrees": 60, "diameter": 6}
    custom = {"id": "c", "name": "Custom", "shape": "CUSTOM", "diameter": 3, "isCustomSentinel": True}
    odd = {"id": "o", "name": "Odd", "shape": "BALL", "diameter": 3, "diameterUnit": "LEAGUE"}
    data = json.dumps({"schemaVersion": 1, "tools": [down, vee, custom, odd]})
    first, second, third, fourth = read(data, "tool-library.json", factor=None)
    assert first.numbers == {"kind": "END_MILL", "flute_direction": "DOWN", "diameter_mm": 6.35}
    assert first.presets == (CuttingPreset("default", "", None, 800.0, 250.0, 1.5, 2.54),)
    assert (first.number, second.number) == (2, None)
    assert second.numbers == {"kind": "V_BIT", "tip_diameter_mm": 0.0, "diameter_mm": 6.0, "tip_angle_deg": 60.0}
    assert third.skipped == "it stands for a tool that is described elsewhere"
    assert fourth.skipped == "its unit 'LEAGUE' is not known"


def test_presets_of_freecad_become_speeds_and_feeds_of_the_tool() -> None:
    preset = {
        "name": "Maple", "material_hint": {"uuid": "u", "name": "Hard maple"}, "op_type_hint": "pocket",
        "surface_speed": 300.0, "chipload": 0.05, "vert_feed_ratio": 0.4,
    }  # fmt: skip
    unnamed = {"material_hint": None, "op_type_hint": "drill", "surface_speed": "fast"}
    (tool,) = read(json.dumps({**BIT, "presets": [preset, unnamed, 1]}), "6mm.fctb")
    assert tool.presets == (
        CuttingPreset(
            "Maple",
            "Hard maple",
            spindle_speed_rpm=15_915.494,
            feed_rate_mm_per_min=1_591.5494,
            plunge_rate_mm_per_min=636.61976,
        ),
    )
    assert tool.remarks == ["preset 'drill': 'fast' is not a feed"]


def test_presets_filed_under_their_material_are_read_too() -> None:
    tool = {
        "guid": "g", "type": "flat end mill", "unit": "inches", "geometry": {"DC": 0.25},
        "start-values": {"presets": {"*": {"n": "18000", "v_f": "60"}, "oak": [{"name": "slow", "v_f_plunge": 10}]}},
    }  # fmt: skip
    (read_tool,) = read(json.dumps({"data": [tool]}), "l.json")
    assert read_tool.presets == (
        CuttingPreset("any material", "", 18_000.0, 1_524.0),
        CuttingPreset("slow", "oak", plunge_rate_mm_per_min=254.0),
    )


def test_libraries_of_old_versions_have_no_presets_and_start_with_the_same_numbers() -> None:
    tool = {
        "guid": "g", "type": "flat end mill", "unit": "inches", "geometry": {"DC": 0.25},
        "start-values": {"*": {"n": 15000, "n_ramp": 15000, "v_f": 30, "v_f_plunge": 15, "f_z": 0.001, "v_c": 58.9}},
    }  # fmt: skip
    (read_tool,) = read(json.dumps({"data": [tool], "version": 1}), "l.json")
    assert read_tool.presets == (CuttingPreset("any material", "", 15_000.0, 762.0, 381.0),)


def test_a_tapered_mill_that_is_flat_at_its_tip_is_left_out() -> None:
    tool = {
        "guid": "g", "type": "tapered mill", "unit": "millimeters", "tapered-type": "tapered_bull_nose",
        "geometry": {"DC": 2, "RE": 0, "TA": 10, "tip-diameter": 2, "SFDM": 6, "LCF": 18},
    }  # fmt: skip
    (found,) = read(json.dumps({"data": [tool]}), "l.json")
    assert found.skipped == "a tapered mill without a ball at its tip is not supported"


@pytest.mark.parametrize(
    ("geometry", "unit", "expected"),
    [
        # r = 0.25, 5.18 deg a side: the cone is 0.4567 wide at the tip, and as wide as the shank at 15 mm.
        (
            {"DC": 0.4567, "RE": 0.25, "SFDM": 3.175, "TA": 5.18, "LCF": 15.0, "tip-diameter": 0},
            "millimeters",
            (3.175, 0.5),
        ),
        ({"DC": 0.4567, "RE": 0.25, "SFDM": 3.175, "tip-diameter": 0}, "millimeters", (3.175, 0.5)),
        ({"DC": 0.25, "RE": 0.015, "TA": 10, "NOF": 2, "LCF": 0.75}, "inches", (6.35, 0.762)),
        ({"DC": 6, "TA": 5, "tip-diameter": 1}, "millimeters", (6.0, 1.0)),
    ],
)
def test_a_tapered_tool_has_the_diameter_where_its_taper_ends_and_the_ball_at_its_tip(
    geometry: dict[str, Any], unit: str, expected: tuple[float, float]
) -> None:
    tool = fusion("tapered mill", unit, **geometry)
    assert (tool.numbers["diameter_mm"], tool.numbers["tip_diameter_mm"]) == pytest.approx(expected, abs=1e-3)


def test_freecad_gives_the_ball_and_the_angle_between_the_sides_of_a_tapered_tool() -> None:
    sizes: dict[str, Any] = {"Diameter": "1.00 mm", "TaperAngle": "9.2 °", "CuttingEdgeHeight": "30.00 mm", "Flutes": 2}
    tool = bit("taperedballnose.fcstd", "TaperedBallNose", TaperDiameter="6.00 mm", **sizes)
    assert tool.numbers == {
        "kind": "TAPERED_BALL", "diameter_mm": 6.0, "tip_diameter_mm": 1.0, "taper_angle_deg": 4.6,
        "flute_length_mm": 30.0, "flute_count": 2,
    }  # fmt: skip
    grown = bit("taperedballnose.fcstd", **sizes)
    assert grown.numbers["diameter_mm"] == pytest.approx(1.0 + 2 * 30.0 * 0.080464, abs=1e-3)


@pytest.mark.parametrize(
    ("shape", "shape_type", "kind"),
    [
        ("_fusion_flat_end_mill.fcstd", "", "END_MILL"),
        ("_fusion_ball_end_mill.fcstd", "", "BALL_NOSE"),
        ("_fusion_chamfer_mill.fcstd", "", "V_BIT"),
        ("my_60deg.fcstd", "VBit", "V_BIT"),
        ("my_6mm.fcstd", "Endmill", "END_MILL"),
        ("endmill.fcstd", "Ballend", "BALL_NOSE"),
    ],
)
def test_the_shape_type_of_a_bit_decides_where_it_is_there(shape: str, shape_type: str, kind: str) -> None:
    assert bit(shape, shape_type, Diameter="6 mm").numbers["kind"] == kind


def test_a_flat_radius_is_half_the_tip_of_a_v_bit_and_what_a_bull_nose_leaves_of_its_corner() -> None:
    assert bit("v-bit.fcstd", Diameter="10 mm", FlatRadius="0.5 mm").numbers["tip_diameter_mm"] == 1.0
    assert bit("bullnose.fcstd", Diameter="6 mm", FlatRadius="1.5 mm").numbers["corner_radius_mm"] == 1.5
    assert bit("probe.fcstd", "Probe").skipped == "the shape probe is not supported"


@pytest.mark.parametrize(
    ("name", "geometry", "kind"),
    [
        ('1.5" Surfacing Bit', {"DC": 1.5, "LCF": 0.25}, "SURFACING"),
        ("slitting saw 3", {"DC": 3.0, "LCF": 0.5}, "SAW_BLADE"),
        ("thin disc", {"DC": 3.0, "LCF": 0.06}, "SAW_BLADE"),
    ],
)
def test_a_slot_mill_is_what_its_name_or_its_thinness_says(name: str, geometry: dict[str, Any], kind: str) -> None:
    tool = fusion("slot mill", "inches", name, **geometry)
    assert tool.numbers["kind"] == kind
    assert tool.numbers.get("kerf_mm") == (None if kind == "SURFACING" else round(geometry["LCF"] * 25.4, 6))


def test_a_slot_mill_of_another_shape_is_left_out_by_its_name() -> None:
    keyhole = fusion("slot mill", "inches", '3/8" Keyhole', DC=0.375, LCF=0.2)
    assert keyhole.skipped == "by its name it is a keyhole bit, which is not supported"
    assert "no thin blade" in fusion("slot mill", "inches", "T2", DC=0.375, LCF=0.2).skipped


@pytest.mark.parametrize(
    ("cell", "diameter_mm"),
    [
        ('"1/4"""', 6.35), ("1/8 in", 3.175), ('"1-1/2"""', 38.1), ("584.0 µm", 0.584), ("23 thou", 0.5842),
        ("6e0 mm", 6.0), ("0.5 ft", 152.4), ("½ in", 12.7), ('"6,35 mm"', 6.35),
    ],
)  # fmt: skip
def test_a_length_is_read_with_the_unit_behind_it(cell: str, diameter_mm: float) -> None:
    (tool,) = read(f"name,diameter\nx,{cell}\n", "t.csv", factor=None)
    assert tool.numbers["diameter_mm"] == pytest.approx(diameter_mm)


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("name,diameter,metric", "a,0.25,false"),
        ("name,diameter,metric", "a,0.25,0"),
        ("name,diameter,units", "a,0.25,imperial"),
        ("name,diameter,unit", "a,0.25,Inches"),
        ('name,"Diameter ("")"', "a,0.25"),
        ("name,diameter [inch]", "a,0.25"),
        ("name,diameter_in", "a,0.25"),
    ],
)
def test_a_table_may_say_its_unit_in_many_words(header: str, row: str) -> None:
    (tool,) = read(f"{header}\n{row}\n", "t.csv", factor=None)
    assert tool.numbers["diameter_mm"] == 6.35


@pytest.mark.parametrize(
    ("data", "file_name"),
    [
        ("Number,Description,Diameter,Height,Flutes\n1,end,0.500,2.0,4\n", "mach3.csv"),
        ("T1 P1 D0.125 ;1/8 end mill\n", "tool.tbl"),
    ],
)
def test_a_library_whose_unit_nobody_has_said_is_refused_and_read_once_somebody_has(data: str, file_name: str) -> None:
    with pytest.raises(LibraryUnreadableError, match="say whether it is in mm or in inches"):
        read(data, file_name, factor=None)
    assert read(data, file_name, factor=25.4)[0].numbers["diameter_mm"] in {12.7, 3.175}


def test_a_row_in_a_unit_that_does_not_exist_is_left_out_by_its_name() -> None:
    (tool,) = read("name,diameter,unit\na,0.25,furlong\n", "t.csv", factor=1.0)
    assert (tool.display_name, tool.skipped) == ("a", "its unit 'furlong' is not known")


def test_what_a_table_says_of_types_and_columns_that_are_not_known_stands_in_remarks() -> None:
    end, keyhole = read("name,type,diameter mm,price\na,wobble,6,3\nb,keyhole,9,3\n", "t.csv", factor=None)
    assert end.remarks == ["the type 'wobble' is not known", "not read: price"]
    assert keyhole.skipped == "keyhole bits are not supported"


def test_geometry_of_fusion_may_be_text_and_what_is_no_number_is_told() -> None:
    tool = fusion("flat end mill", DC="6", NOF="2", LCF="long")
    assert tool.numbers == {"kind": "END_MILL", "diameter_mm": 6.0, "flute_count": 2}
    assert tool.remarks == ["LCF: 'long' is not a length"]


def test_a_zip_packed_by_macos_or_windows_is_a_library_like_any_other() -> None:
    library = json.dumps({"version": 1, "tools": [{"nr": "1", "path": "A.FCTB"}]})
    for folder in ("Library/", "Library\\"):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as writer:
            writer.writestr(f"{folder}l.fctl", library)
            writer.writestr("Bit/a.fctb", json.dumps(BIT))
            writer.writestr("__MACOSX/Library/._l.fctl", b"\0\5")
        (tool,) = read(packed.getvalue(), "l.zip")
        assert (tool.number, tool.numbers["diameter_mm"]) == (1, 6.0)


def test_the_path_in_a_library_decides_between_bits_of_one_name() -> None:
    old = {**BIT, "parameter": {"Diameter": "3 mm"}}
    members = {"Bit/a__fctb": json.dumps(BIT), "Bit/old/a__fctb": json.dumps(old)}
    for path, diameter_mm in (("a.fctb", 6.0), ("old/a.fctb", 3.0)):
        library = json.dumps({"tools": [{"nr": 1, "path": path}]})
        (tool,) = read(zipped(**{"Library/l__fctl": library, **members}), "l.zip")
        assert tool.numbers["diameter_mm"] == diameter_mm


def test_of_two_files_of_one_name_in_a_zip_none_is_taken() -> None:
    def packed(*bits: dict[str, Any], name: str = "a.fctb") -> bytes:
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as writer:
            writer.writestr("l.fctl", json.dumps({"tools": [{"nr": 1, "path": "a.fctb"}]}))
            for place, bit in enumerate(bits):
                writer.writestr(name.upper() if place else name, json.dumps(bit))
        return made.getvalue()

    (none,) = read(packed(BIT, {**BIT, "parameter": {"Diameter": "3 mm"}}), "l.zip")
    assert none.skipped == "the zip holds several files for the bit 'a.fctb'"
    (same,) = read(packed(BIT, BIT), "l.zip")
    assert same.numbers["diameter_mm"] == 6.0


def test_a_name_with_an_accent_is_found_however_it_is_composed() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as writer:
        writer.writestr("l.fctl", json.dumps({"tools": [{"nr": 1, "path": "fr\u00e4ser.fctb"}]}))
        writer.writestr("fra\u0308ser.fctb", json.dumps(BIT))
    (tool,) = read(packed.getvalue(), "l.zip")
    assert tool.numbers["diameter_mm"] == 6.0


def test_a_bit_that_is_missing_or_broken_is_left_out_and_the_others_come_in() -> None:
    paths = ("a.fctb", "b.fctb", "gone.fctb")
    library = json.dumps({"tools": [{"nr": number, "path": path} for number, path in enumerate(paths)] + [1]})
    good, broken, gone, odd = read(zipped(l__fctl=library, a__fctb=json.dumps(BIT), b__fctb="{"), "l.zip")
    assert good.numbers["diameter_mm"] == 6.0
    assert (broken.display_name, broken.skipped) == ("b.fctb", "it is not a FreeCAD tool bit: no JSON")
    assert (gone.display_name, gone.skipped) == ("gone.fctb", "the zip holds 0 files for the bit 'gone.fctb'")
    assert odd.skipped == "an entry of the library is not an object"
