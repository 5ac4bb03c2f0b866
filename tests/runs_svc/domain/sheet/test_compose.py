"""What stands on a setup sheet."""

from typing import Any

import pytest

from foundation.canonical_json import JsonObject
from runs_svc.domain.runs.run_view import view_of
from runs_svc.domain.sheet.compose import SheetSources, compose_sheet
from runs_svc.domain.sheet.sheet import SetupSheet
from runs_svc.domain.sheet.texts import Texts, Units
from runs_svc.domain.sheet.words import Language
from tests import builders
from tests.runs_svc.domain.sheet.composing import DE, EN, ENTRIES, amendment, audited, enveloped, rows, sheet, view


def test_names_stand_instead_of_ids_and_numbers_in_both_units() -> None:
    written = sheet(view(), program="G21 G54\n")
    found = rows(written)
    assert found["wood"] == "Sitka spruce, 8 % moisture"
    assert found["machine"] == "Shapeoko 3"
    assert found["nominal"] == "530 × 210 × 2.6 mm"
    assert found["feed"] == "1750 mm/min"
    assert found["holding"] == "clamps, 400 N"
    assert found["cut"] == "rosette channel, Ø 92 to 116 mm, 1.3 mm deep, 1.3 mm remain"
    assert found["zero"] == "G54"
    (tool,) = written.tools
    assert (tool.name, tool.number, tool.flute_count) == ("Down-cut spiral", None, 2)
    assert tool.text.replace("\u202f", " ").startswith("Ø 3.175 mm · 2 flutes · stick-out 20 mm")
    assert written.released
    assert written.code == f"{written.run_id} {written.document_sha256}"


def test_without_a_catalogue_ids_are_written_as_words() -> None:
    written = sheet(view(), material={})
    assert rows(written)["wood"].startswith("spruce sitka")
    assert written.tools[0].name == "end mill 3175 down"


def test_german_writes_commas_and_its_own_words() -> None:
    found = rows(sheet(view(), DE))
    assert found["nominal"] == "530 × 210 × 2,6 mm"
    assert found["holding"] == "Spannpratzen, 400 N"
    assert found["cut"].endswith("1,3 mm tief, 1,3 mm bleiben")


def test_what_is_not_known_is_said_to_be_so() -> None:
    bare = view(inputs=builders.inputs(design={"name": "ring"}, context={}))
    written = sheet(bare, material={})
    assert {row.row_id for group in written.groups for row in group.rows if row.said.known} == set()
    assert written.tools[0].text == "not known"
    assert written.tools[0].name == "see the program"
    assert list(written.drawing) == []


def test_a_closed_gate_says_why_and_has_no_check_list() -> None:
    report = builders.complete_report(needs_review=True)
    written = sheet(view(report=report))
    assert not written.released
    assert written.not_released == "GREEN, a named person must agree. fine"
    assert written.items == []
    assert not written.checks_missing
    assert sheet(view(report=report), DE).not_released.startswith("GRÜN, eine benannte Person muss zustimmen")


def test_a_red_run_is_not_to_be_cut_and_a_withdrawn_one_neither() -> None:
    red = builders.complete_report(overall_risk="RED", binding_category="")
    assert sheet(view(report=red)).not_released.startswith("RED, not to be cut. RED: the report does not say why")
    withdrawn = sheet(view(amendment("tombstone", person="Lead", reason="a test")))
    assert withdrawn.not_released == "the run was withdrawn: a test"


def test_a_program_that_is_held_back_keeps_the_sheet_back() -> None:
    written = sheet(view(gcode_text="G0 X0\n"))
    assert written.not_released == "a program is held back: not audited: no audit of them is recorded"
    assert [item.finding_level for item in written.warnings] == ["NOT_VERIFIABLE"]
    assert written.programs[0].time_text == "not known"


MEASURED: JsonObject = {
    "program_index": 0,
    "tool_numbers": [1, 2],
    "reach": {
        **{axis: {"min_mm": -56.41, "max_mm": 56.41} for axis in ("x", "y")},
        "z": {"min_mm": -1.3, "max_mm": 5.0},
    },
    "time": {"shortest_s": 54.0, "longest_s": 54.2},
}
WARNING: JsonObject = {
    "code": "SPINDLE",
    "level": "WARNING",
    "program_index": 0,
    "sentence": "spindle not stopped",
    "worst": {"line": 96},
}


def test_programs_stand_in_order_with_time_reach_tools_and_who_accepted_what_was_found() -> None:
    run = enveloped(view(gcode_text="G0 X0\n"), {"tools": [{"number": 2, "diameter_mm": 3.175}]})
    whole = {**WARNING, "level": "NOT_VERIFIABLE", "worst": {}, "program_index": 7}
    audit = audited(run, WARNING, whole, {**WARNING, "level": "INFORMATION"}, measured=[MEASURED])
    run = run.with_amendment(audit)
    body: Any = audit["body"]
    accepted = amendment(
        "acceptance", person="Lead", reason="it stops by itself", findings_sha256=body["findings_sha256"]
    )
    written = sheet(run.with_amendment(accepted), program="T1 M6 (open\n")
    (program,) = written.programs
    assert (program.lowest_z_mm, program.lowest_z_text) == (-1.3, "\u22121.3\u202fmm")
    assert program.extent_text == "±56.41\u202fmm"
    assert program.time_text == "54\u202fs"
    assert [(tool.number, tool.name) for tool in written.tools] == [(1, "see the program"), (2, "Down-cut spiral")]
    assert written.warnings[0].text == "program.nc line 96: spindle not stopped"
    assert {item.accepted_by for item in written.warnings} == {"Lead"}
    assert any("a comment is not closed in line 1" in item.text for item in written.warnings)
    texts = {item.item.item_id: item.text.replace("\u202f", " ") for item in written.items}
    assert texts["tool_1"] == "Bit T1 in the collet"
    assert texts["tool_2"] == "Bit T2 in the collet, stick-out 20 mm"
    assert texts["holding"] == "Stock held outside Ø 136 mm, nothing in the way"
    assert texts["program_1"].startswith("program.nc on the machine has digest ")
    assert [item.item.item_id for item in written.items if not item.item.required] == ["air_cut"]


def test_of_many_open_comments_only_some_are_named() -> None:
    written = sheet(view(), program="(x\n" * 30)
    assert any("1, 2, 3, 4, 5, 6, 7, 8, 9, 10 …" in item.text for item in written.warnings)


def test_warnings_stand_once_with_the_level_of_their_dimension() -> None:
    report = builders.complete_report(overall_risk="YELLOW")
    report["assessments"][0] |= {"risk": "YELLOW", "finding": "rubs", "warnings": ["rubs", "slow"]}
    run = view(report=report)
    found = [(item.risk_level, item.text) for item in sheet(run).warnings]
    category = report["assessments"][0]["category"].lower()
    assert found == [("YELLOW", f"{category}: rubs"), ("YELLOW", "slow")]


def test_an_imported_run_tells_its_own_warnings() -> None:
    decision = {"risk_level": "GREEN", "gate_decision": "ALLOWED", "warnings": [], "block_reason": ""}
    origin = {"feasibility": {"risk_level": "GREEN", "warnings": ["Using stub feasibility"]}, "markers": []}
    document = builders.run_document(decision=decision, status="OK", origin=origin)
    written = compose_sheet(SheetSources(view_of(view().run_id, document, "d" * 64), {}, "", None), EN)
    assert [item.text for item in written.warnings] == ["Using stub feasibility"]
    assert "imported from v1" in written.not_released


def test_the_time_says_with_which_profile_it_was_planned() -> None:
    report = builders.complete_report()
    report["assessments"][0]["details"] = [{"name": "cut_time", "value": 91.2, "unit": "s"}]
    run = view(report=report)
    assert rows(sheet(run))["time"] == "1 min 31 s, planned with the profile of Shapeoko 3"
    rough: dict[str, Any] = {**ENTRIES, "machine": {"display_name": "Shapeoko 3"}}
    assert rows(sheet(run, **rough))["time"].endswith("without acceleration, so longer in fact")


def test_a_step_at_another_machine_names_that_one() -> None:
    run = view(amendment("execution", step="STARTED", machine_id="avid_pro", operator="Ann", instrument_serial="0152"))
    written = sheet(run)
    assert rows(written)["machine"] == "avid pro"
    assert (written.operator, written.instrument_serial) == ("Ann", "0152")


@pytest.mark.parametrize(
    ("tool", "said", "item"),
    [
        ({"kind": "SAW_BLADE", "flute_count": 60}, "60 teeth", "Blade mounted, teeth the right way round"),
        (
            {"kind": "O_FLUTE", "flute_count": 1, "wear": "WORN"},
            "1 flute · cuts 1.3 mm deep · worn",
            "Bit in the collet",
        ),
        ({"kind": "V_BIT", "tip_angle_deg": 60.0}, "tip 60°", "Bit in the collet"),
        (
            {"kind": "SAW_BLADE", "kerf_mm": 3.2},
            "kerf 3.2 mm · cuts 1.3 mm deep",
            "Blade mounted, teeth the right way round",
        ),
        ({"flute_length_mm": 12.0}, "edge 12 mm long · cuts 1.3 mm deep", "Bit in the collet"),
    ],
)
def test_a_tool_is_written_as_far_as_it_is_known(tool: dict[str, Any], said: str, item: str) -> None:
    inputs = builders.inputs(context={"tool": tool})
    written = sheet(view(inputs=inputs), material={})
    assert said in written.tools[0].text.replace("\u202f", " ")
    assert next(entry.text for entry in written.items if entry.item.item_id == "tool") == item


def test_a_blade_with_a_number_is_mounted() -> None:
    run = view(gcode_text="G0\n", inputs=builders.inputs(context={"tool": {"kind": "SAW_BLADE", "name": "my blade"}}))
    run = run.with_amendment(audited(run, measured=[{**MEASURED, "tool_numbers": [4]}]))
    written = sheet(run, material={})
    assert written.tools[0].name == "my blade"
    assert "Blade T4 mounted, teeth the right way round" in [item.text for item in written.items]


def test_a_wood_of_ones_own_is_named_by_what_is_known_of_it() -> None:
    def wood(**material: Any) -> str:
        return rows(sheet(view(inputs=builders.inputs(context={"material": material})), tool={}))["wood"]

    assert wood(species="Picea abies") == "Picea abies"
    assert wood(kind="SOFTWOOD") == "softwood"


def test_vacuum_is_written_with_its_pressure_and_feeds_without_width() -> None:
    context = {"workholding": {"method": "VACUUM", "vacuum_pressure_mpa": 0.06}, "cut": {"axial_depth_mm": 1.0}}
    found = rows(sheet(view(inputs=builders.inputs(context=context))))
    assert found["holding"] == "vacuum, 0.06 MPa"
    assert found["pass"] == "1 mm deep"


def test_an_operation_has_no_rows_of_what_it_does_not_do() -> None:
    drilling, sawing = {"drilling": {"hole_diameter_mm": 6.0}}, {"saw_cut": {"length_mm": 600.0}}
    drilled = rows(sheet(view(inputs=builders.inputs(design=drilling, context={"cut": {}}))))
    assert not {"feed", "pass", "direction"} & set(drilled)
    assert "plunge" in drilled
    context: dict[str, Any] = {"cut": {"feed_rate_mm_per_min": 300.0}}
    stated = rows(sheet(view(inputs=builders.inputs(design=drilling, context=context))))
    assert stated["feed"] == "300 mm/min"
    assert "plunge" not in rows(sheet(view(inputs=builders.inputs(design=sawing, context={"cut": {}}))))


SAW: dict[str, Any] = {"tool": {"display_name": "Rip blade", "kind": "SAW_BLADE", "kerf_mm": 3.2}}


def sawn(design: dict[str, Any], texts: Texts = EN, **attempt: Any) -> SetupSheet:
    inputs = builders.inputs(design=design, context={"cut": {}})
    return sheet(view(inputs=inputs, **attempt), texts, **{**ENTRIES, **SAW})


class TestSaws:
    """Nobody sets a zero at a saw: fence, stops and the height of the blade are what a person sets."""

    def test_a_rip_cut_says_how_wide_the_part_is_and_how_high_the_blade_stands(self) -> None:
        part = {"rectangle": {"width_mm": 104.0, "length_mm": 800.0}}
        written = sawn({"saw_cut": {"length_mm": 800.0, "depth_mm": 2.6, "through": True}, "part": part})
        found = rows(written)
        assert (found["part"], found["blade_height"]) == ("800 × 104 mm", "above the stock")
        assert not {"zero", "plunge", "direction", "cooling"} & set(found)
        asked = {entry.item.item_id: entry.text for entry in written.items}
        assert asked["zero"] == "Blade height, fence and stops set and read back"
        assert rows(sawn({"saw_cut": {"length_mm": 800.0, "depth_mm": 1.5}}))["blade_height"] == "1.5 mm"
        assert "part" not in rows(sawn({"saw_cut": {"length_mm": 800.0}}))

    def test_a_saw_that_a_program_drives_has_a_zero(self) -> None:
        run = view(gcode_text="G0\n", inputs=builders.inputs(design={"saw_cut": {"length_mm": 800.0}}))
        written = sheet(run.with_amendment(audited(run, measured=[MEASURED])), **{**ENTRIES, **SAW})
        assert "zero" in rows(written)
        assert "blade_height" not in rows(written)
        assert "Zero set and read back" in [entry.text for entry in written.items]

    def test_every_slot_of_a_fretboard_is_measured_from_the_nut(self) -> None:
        straight = {"fret_slots": {"fret_count": 12, "straight": {"scale_length_mm": 650.0}}}
        said = rows(sawn(straight))["slots"]
        assert said.startswith("36.48 · 70.92 · 103.42 · ")  # 650 (1 - 2^(-1/12)), (1 - 2^(-2/12)), (1 - 2^(-3/12))
        assert said.endswith(" · 325.00 mm")
        assert rows(sawn(straight, Texts(Language.EN, Units.IN)))["slots"].startswith("1.436 · ")

    def test_slots_of_a_fan_have_a_place_on_either_side(self) -> None:
        fan = {"bass_scale_length_mm": 650.0, "treble_scale_length_mm": 600.0, "perpendicular_fret": 12}
        said = rows(sawn({"fret_slots": {"fret_count": 12, "fanned": fan}}))["slots"]
        assert said.startswith("36.48/58.68 · ")  # 600 (1 - 2^(-1/12)) + 325 - 300
        assert said.endswith(" · 305.67/307.16 · 325.00 mm")  # the twelfth stands square
        assert "slots" not in rows(sawn({"fret_slots": {"fret_count": 12}}))


@pytest.mark.parametrize(
    ("stock", "said"),
    [
        ({}, "not known: see the program"),
        ({"z": {"min_mm": -2.6, "max_mm": 0.0}}, "Z0 top of the stock"),
        ({"z": {"min_mm": 0.0, "max_mm": 2.6}}, "Z0 bottom of the stock"),
        ({"z": {"min_mm": 1.0, "max_mm": 3.6}}, "stock from Z 1 to 3.6"),
        (
            {axis: {"min_mm": -50.0, "max_mm": 50.0} for axis in ("x", "y")},
            "X0 Y0 centre of the stock",
        ),
        ({axis: {"min_mm": 0.0, "max_mm": 50.0} for axis in ("x", "y")}, "X0 Y0 lower left corner of the stock"),
        ({axis: {"min_mm": 5.0, "max_mm": 50.0} for axis in ("x", "y")}, "stock from X 5 Y 5 to X 50 Y 50"),
    ],
)
def test_zero_is_told_from_where_the_stock_lies(stock: JsonObject, said: str) -> None:
    assert rows(sheet(enveloped(view(), {"stock": stock})))["zero"] == said
