"""What a setup sheet says changed since the last run of this part."""

from typing import Any

import pytest

from tests import builders
from tests.runs_svc.domain.sheet.composing import sheet, view


def test_what_matters_at_the_machine_is_listed_with_units() -> None:
    last = view(gcode_text="G0 X0\n")
    cut = builders.context({"cut.feed_rate_mm_per_min": 1500.0, "cut.axial_depth_mm": 1.3, "tool.wear": "USED"})
    context = {**cut, "stock": {**cut["stock"], "thickness_mm": 2.5}, "material": {"moisture_percent": 9.0}}
    compared = sheet(view(inputs=builders.inputs(context=context)), last=last).compared
    assert compared is not None
    said = [change.replace("\u202f", " ") for change in compared.changes]
    assert compared.instrument_serial == "0151"
    assert said[0].startswith("program: program.nc (")
    assert said[0].endswith(" → none")
    assert "feed 1750 mm/min → 1500 mm/min" in said
    assert "depth of pass 0.65 mm → 1.3 mm" in said
    assert "tool, wear sharp → used" in said
    assert "stock, thickness 2.6 mm → 2.5 mm" in said
    assert "material, moisture 8 % → 9 %" in said
    assert "material spruce sitka → none" in said


def test_what_has_parts_is_not_written_out() -> None:
    design = {name: value for name, value in builders.ROSETTE.items() if name != "part"}
    compared = sheet(view(inputs=builders.inputs(design={**design, "rosette_channel": {}})), last=view()).compared
    assert compared is not None
    assert "design, rectangle … → none" in compared.changes or "design, part … → none" in compared.changes


def test_nothing_changed() -> None:
    compared = sheet(view(), last=view()).compared
    assert compared is not None
    assert (list(compared.changes), compared.left_out) == ([], 0)


def test_of_many_changes_the_first_are_listed_and_the_others_counted() -> None:
    designs = [{"name": "x", "pocket": {f"a{i}_mm": float(i + add) for i in range(30)}} for add in (0, 1)]
    last, now = (view(inputs=builders.inputs(design=design)) for design in designs)
    compared = sheet(now, last=last).compared
    assert compared is not None
    assert len(compared.changes) == 20
    assert compared.left_out == 10


@pytest.mark.parametrize(
    ("field", "before", "after", "said"),
    [
        ("cut.spindle_speed_rpm", 17_000.0, 18_000.0, "spindle speed 17,000 rpm → 18,000 rpm"),
        ("machine.hand_feed", False, True, "machine, hand feed false → true"),
        ("tool.flute_count", 2, 3, "tool, flute count 2 → 3"),
        ("machine.dial_speeds_rpm", [], [1.0], "machine, dial speeds none → 1"),
        ("safety_constraints.stops_present", True, False, "stops present true → false"),
    ],
)
def test_values_are_written_as_what_they_are(field: str, before: Any, after: Any, said: str) -> None:
    runs = [view(inputs=builders.inputs(context=builders.context({field: value}))) for value in (before, after)]
    compared = sheet(runs[1], last=runs[0]).compared
    assert compared is not None
    assert [change.replace("\u202f", " ") for change in compared.changes] == [said]
