"""What an import does with each entry of a library."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from feasibility_svc.domain.catalogue.calibration import Calibration
from feasibility_svc.domain.catalogue.catalogue import Catalogue, Source
from feasibility_svc.domain.catalogue.presets import CuttingPreset
from feasibility_svc.domain.catalogue.profiles import ConstraintProfile, Revision
from feasibility_svc.domain.catalogue.tool_import import changes_of, plan_import
from feasibility_svc.domain.catalogue.tool_library import LibraryTool
from feasibility_svc.domain.catalogue.workshop import Change, apply
from feasibility_svc.domain.inputs.context import Tool
from feasibility_svc.domain.scoring.levels import Grade
from tests.growth import TIMES, cpu_s, grows_too_fast

PROFILE: dict[str, Any] = {
    "profile_id": "mine",
    "min_rings": 1,
    "max_rings": 3,
    "min_ring_width_mm": 1.0,
    "max_ring_width_mm": 4.0,
    "min_total_width_mm": 3.0,
    "max_total_width_mm": 9.0,
}
SOURCE = (Source("*", "entered by the workshop", Grade.D),)


def measured(kind: str, subject: str, value: float, **fields: Any) -> Calibration:
    return Calibration.model_validate(
        {"kind": kind, "subject": subject, "value": value, "person": "M. Sato", "date": "2026-03-01", **fields}
    )


def library(*entries: LibraryTool, catalogue: Catalogue) -> list[Any]:
    return list(plan_import(catalogue, entries, library="vendor.json"))


def entry(source_id: str = "guid-1", **numbers: Any) -> LibraryTool:
    return LibraryTool(source_id, 1, "1/8 flat", {"kind": "END_MILL", "diameter_mm": 3.175, **numbers})


def test_tools_are_known_by_their_identity_and_never_by_their_number(catalogue: Catalogue) -> None:
    first, second, third = library(entry("a"), entry("b"), entry("a"), catalogue=catalogue)
    assert first.tool.tool.tool_id == third.tool.tool.tool_id != second.tool.tool.tool_id
    assert len(changes_of([first, second, third])) == 2


def test_of_different_tools_with_one_identity_none_is_taken_and_both_are_named(catalogue: Catalogue) -> None:
    three = LibraryTool("guid", 1, "flat 3", {"diameter_mm": 3.0})
    six = LibraryTool("guid", 2, "flat 6 copy", {"diameter_mm": 6.0})
    for _ in range(2):
        items = library(three, entry("other"), six, catalogue=catalogue)
        assert [item.status for item in items] == ["SKIPPED", "NEW", "SKIPPED"]
        reason = "2 different tools of this library have one identity, so none is taken: 'flat 3', 'flat 6 copy'"
        assert [items[0].remarks[0], items[2].remarks[0]] == [reason, reason]
        assert [change.display_name for change in changes_of(items)] == ["1/8 flat"]


def test_a_conflict_in_a_library_leaves_the_tool_that_is_known(catalogue: Catalogue) -> None:
    known = apply(catalogue, changes_of(library(entry("a"), catalogue=catalogue)))
    items = library(entry("a"), entry("a", diameter_mm=6.0), catalogue=known)
    assert [item.status for item in items] == ["SKIPPED", "SKIPPED"]
    assert changes_of(items) == []


def test_equal_entries_are_one_tool_with_the_presets_of_all(catalogue: Catalogue) -> None:
    slow, fast = CuttingPreset("slow", axial_depth_mm=1.0), CuttingPreset("fast", axial_depth_mm=1.0)
    first, second = (replace(entry("a"), presets=(preset,)) for preset in (slow, fast))
    items = library(first, second, entry("b"), entry("b"), catalogue=catalogue)
    assert [item.status for item in items] == ["NEW", "UNCHANGED", "NEW", "UNCHANGED"]
    assert items[0].entry.presets == (slow, fast)
    assert items[1].remarks == ["the same tool as an entry before"]
    assert items[1].tool == items[0].tool
    known = apply(catalogue, changes_of(items))
    again = library(first, second, entry("b"), catalogue=known)
    assert [item.status for item in again] == ["UNCHANGED", "UNCHANGED", "UNCHANGED"]


def test_importing_twice_changes_nothing(catalogue: Catalogue) -> None:
    once = library(entry("a"), entry(""), catalogue=catalogue)
    assert [item.status for item in once] == ["NEW", "NEW"]
    imported = apply(catalogue, changes_of(once))
    again = library(entry("a"), entry(""), catalogue=imported)
    assert [item.status for item in again] == ["UNCHANGED", "UNCHANGED"]
    assert changes_of(again) == []


def test_a_tool_that_changed_names_both_values(catalogue: Catalogue) -> None:
    imported = apply(catalogue, changes_of(library(entry("a"), catalogue=catalogue)))
    changed = LibraryTool("a", 1, "renamed", {"kind": "END_MILL", "diameter_mm": 3.0, "flute_count": 2})
    (item,) = library(changed, catalogue=imported)
    assert item.status == "CHANGED"
    assert item.conflicts == [
        "diameter_mm: 3.175 before, 3.0 now",
        "flute_count: nothing before, 2 now",
        "name: '1/8 flat' before, 'renamed' now",
    ]


def test_what_is_no_tool_is_skipped_with_the_reason(catalogue: Catalogue) -> None:
    holder = LibraryTool("h", 1, "ER20", {}, skipped="a holder is not a tool")
    broken = entry("x", diameter_mm=-1.0)
    items = library(holder, broken, catalogue=catalogue)
    assert [item.status for item in items] == ["SKIPPED", "SKIPPED"]
    assert items[0].remarks == ["a holder is not a tool"]
    assert "diameter_mm" in items[1].remarks[0]


def test_presets_say_what_is_missing_or_odd() -> None:
    odd = CuttingPreset("fast", feed_rate_mm_per_min=500.0, plunge_rate_mm_per_min=500.0)
    assert odd.remarks == ["preset 'fast': no stepdown given", "preset 'fast': plunge not below feed"]
    assert CuttingPreset("good", axial_depth_mm=1.0).remarks == []


def test_many_changes_cost_no_more_than_their_number(catalogue: Catalogue) -> None:
    def add(count: int) -> None:
        tools = [Tool(tool_id=f"tool_{number}", kind="END_MILL", diameter_mm=3.0) for number in range(count)]
        grown = apply(catalogue, [Change("tool", tool, "a tool", SOURCE) for tool in tools])
        assert len(grown.tools) == len(catalogue.tools) + count
        assert list(grown.tools) == sorted(grown.tools)

    small, large = (cpu_s(partial(add, 1_000 * many)) for many in (1, TIMES))
    assert not grows_too_fast(small, large), f"{small:.3f} s, then {large:.3f} s"


def test_changes_made_together_lead_where_they_lead_one_by_one(catalogue: Catalogue) -> None:
    profile = ConstraintProfile.model_validate(PROFILE)
    changes = [
        Change("tool", Tool(tool_id="mine", kind="END_MILL", diameter_mm=3.0), "a tool", SOURCE),
        Change("tool", Tool(tool_id="mine", kind="END_MILL", diameter_mm=4.0), "a tool", SOURCE),
        *(
            Change("profile", Revision(profile=profile, revision=number, created_at_utc="", change_note=""))
            for number in (1, 2)
        ),
        Change("calibration", measured("RUNOUT", "tools/mine", 0.02)),
    ]
    one_by_one = catalogue
    for change in changes:
        one_by_one = apply(one_by_one, [change])
    assert apply(catalogue, changes) == one_by_one
    assert [revision.revision for revision in one_by_one.profiles["mine"]] == [1, 2]


def test_an_entry_whose_unit_was_mistaken_is_corrected_and_not_doubled(catalogue: Catalogue) -> None:
    millimetres = LibraryTool("", 1, "1/8 end mill", {"diameter_mm": 0.125})
    inches = LibraryTool("", 1, "1/8 end mill", {"diameter_mm": 3.175})
    (wrong,) = plan_import(catalogue, [millimetres], library="tool.tbl", file_name="tool.tbl")
    known = apply(catalogue, changes_of([wrong]))
    (right,) = plan_import(known, [inches], library="tool.tbl", file_name="tool.tbl")
    assert (right.status, right.conflicts) == ("CHANGED", ["diameter_mm: 0.125 before, 3.175 now"])
    (other,) = plan_import(known, [inches], library="other.tbl", file_name="other.tbl")
    assert other.status == "NEW"
    (renamed,) = plan_import(known, [millimetres], library="other.tbl", file_name="other.tbl")
    assert renamed.status == "UNCHANGED"


def test_entries_of_one_name_are_known_by_their_content(catalogue: Catalogue) -> None:
    entries = [LibraryTool("", None, "end mill", {"diameter_mm": size}) for size in (3.0, 6.0, 3.0)]
    items = plan_import(catalogue, entries, library="a.csv", file_name="a.csv")
    assert [item.status for item in items] == ["NEW", "NEW", "UNCHANGED"]
    again = plan_import(apply(catalogue, changes_of(items)), entries, library="a.csv", file_name="b.csv")
    assert {item.status for item in again} == {"UNCHANGED"}


def test_presets_are_kept_with_the_tool_and_stay_when_only_its_numbers_change(catalogue: Catalogue) -> None:
    slow = CuttingPreset("slow", "maple", 12_000.0, 600.0, 200.0, 1.0, 2.0)
    empty = CuttingPreset("says nothing")
    (item,) = plan_import(catalogue, [replace(entry("a"), presets=(slow, empty))], library="x")
    (change,) = changes_of([item])
    assert Change.from_json(change.to_json()) == change
    known = apply(catalogue, [change])
    tool_id = item.tool.tool.tool_id  # type: ignore[union-attr]
    assert known.tools[tool_id].presets == (slow,)
    worn = Change("tool", known.tools[tool_id].tool.model_copy(update={"wear": "WORN"}), "worn", SOURCE)
    assert apply(known, [worn]).tools[tool_id].presets == (slow,)
    fast = replace(slow, feed_rate_mm_per_min=900.0)
    (changed,) = plan_import(known, [replace(entry("a"), presets=(slow, fast))], library="x")
    assert changed.conflicts == ["presets: 1 before, 2 now"]


def test_no_tool_has_more_presets_than_an_answer_holds(catalogue: Catalogue) -> None:
    presets = tuple(CuttingPreset(f"p{place}", axial_depth_mm=1.0) for place in range(101))
    (item,) = plan_import(catalogue, [replace(entry("a"), presets=presets)], library="x")
    assert len(item.tool.presets) == 100  # type: ignore[union-attr]
    assert "100 of its 101 presets are kept" in item.remarks


def test_what_is_no_preset_is_refused_in_a_journal() -> None:
    values: list[Any] = [[], {"name": 1}, {"name": "x", "axial_depth_mm": -1}, {"name": "x", "axial_depth_mm": "deep"}]
    for value in values:
        with pytest.raises(ValueError, match="preset"):
            CuttingPreset.from_json(value)


@pytest.mark.parametrize(
    ("field", "fits", "too_wide"), [("corner_radius_mm", 3.0, 3.01), ("tip_diameter_mm", 6.0, 6.01)]
)
def test_what_is_wider_than_its_tool_is_left_out_and_told(
    field: str, fits: float, too_wide: float, catalogue: Catalogue
) -> None:
    entries = [entry(str(value), diameter_mm=6.0, **{field: value}) for value in (fits, too_wide)]
    whole, without = library(*entries, LibraryTool("c", 1, "odd", {field: 9.0}), catalogue=catalogue)[:2]
    assert (getattr(whole.tool.tool, field), whole.remarks) == (fits, [])
    assert getattr(without.tool.tool, field) is None
    assert without.remarks == [f"{field} {too_wide:g} does not fit a diameter of 6 mm; it was left out"]


def test_a_number_that_no_rule_allows_is_left_out_and_a_tool_without_diameter_is_named(catalogue: Catalogue) -> None:
    without_flutes, small, nothing = plan_import(
        catalogue,
        [entry("a", flute_count=0), entry("b", diameter_mm=-3.0), LibraryTool("c", 1, "odd", {"kind": "END_MILL"})],
        library="x",
    )
    assert (without_flutes.status, without_flutes.remarks) == (
        "NEW",
        ["flute_count 0 is not allowed: it should be greater than or equal to 1; it was left out"],
    )
    assert (small.status, small.entry.display_name) == ("SKIPPED", "1/8 flat")
    assert small.remarks[0] == "diameter_mm -3 is not allowed: it should be greater than or equal to 0.001"
    assert nothing.remarks == ["it has no diameter that can be read"]


@pytest.mark.parametrize(
    ("name", "direction", "kind"),
    [
        ("1/4 Downcut", "DOWN", "END_MILL"),
        ("6 mm down-shear", "DOWN", "END_MILL"),
        ("upshear helix", "UP", "END_MILL"),
        ("6 mm down-cut spiral", "DOWN", "END_MILL"),
        ("UC 3.175", "UP", "END_MILL"),
        ('1/8" Upcut', "UP", "END_MILL"),
        ("1/4 compression", "COMPRESSION", "COMPRESSION"),
        ("straight flute 6", "STRAIGHT", "END_MILL"),
        ("upcut or downcut", None, "END_MILL"),
        ("Bucket", None, "END_MILL"),
    ],
)
def test_a_name_tells_the_direction_of_the_flutes_with_a_remark(
    catalogue: Catalogue, name: str, direction: str | None, kind: str
) -> None:
    flat = LibraryTool("a", 1, name, {"kind": "END_MILL", "diameter_mm": 3.0})
    (item,) = plan_import(catalogue, [flat], library="x")
    assert item.tool is not None
    assert (item.tool.tool.flute_direction, item.tool.tool.kind) == (direction, kind)
    assert (f"flute_direction {direction} is read from the name" in item.remarks) is (direction is not None)


def test_a_name_tells_nothing_of_a_bit_without_spirals(catalogue: Catalogue) -> None:
    vee = LibraryTool("a", 1, "Upcut V 60", {"kind": "V_BIT", "diameter_mm": 3.0})
    (item,) = plan_import(catalogue, [vee], library="x")
    assert item.tool is not None
    assert item.tool.tool.flute_direction is None
