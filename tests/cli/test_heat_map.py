"""Heat maps that say everything without colours."""

from collections.abc import Sequence

import pytest
import typer

from rmos.feasibility.v1 import feasibility_service_pb2 as pb
from rmos.type.v1 import context_pb2, risk_pb2
from rmos_client.cli.sweep import own_values, read_axis, snapped
from rmos_client.heat_map.grid import HeatMap, heat_maps, letters
from rmos_client.heat_map.layout import picture_of
from rmos_client.heat_map.terminal import lines_of

FEED, SPEED = "context.cut.feed_rate_mm_per_min", "context.cut.spindle_speed_rpm"
LEVELS = ("GREEN", "YELLOW", "RED", "UNKNOWN")


def numbers(field: str, *values: float) -> pb.SweepAxis:
    return pb.SweepAxis(field=field, numbers=pb.NumberList(values=values))


def mapped(own: dict[str, float | str], fastest: int | None = None, levels: Sequence[str] = LEVELS) -> HeatMap:
    table = pb.ScoreTable(
        risks=[risk_pb2.RiskLevel.Value(f"RISK_LEVEL_{level}") for level in levels],
        scores=[0.0] * len(levels),
        binding_categories=[risk_pb2.RISK_CATEGORY_HEAT] * len(levels),
    )
    point = None if fastest is None else pb.SweepPoint(index=fastest)
    parts = [
        pb.SweepFeasibilityResponse(
            header=pb.SweepHeader(axes=[numbers(SPEED, 1e4, 2e4), numbers(FEED, 500.0, 1_000.0)])
        ),
        pb.SweepFeasibilityResponse(block=pb.SweepBlock(table=table)),
        pb.SweepFeasibilityResponse(result=pb.SweepResult(fastest_green=point)),
    ]
    (item,), _ = heat_maps(parts, own)
    return item


def rows(item: HeatMap) -> list[str]:
    return [line.plain for line in lines_of(item)]


def test_levels_differ_without_colour() -> None:
    drawn = rows(mapped({}))
    assert drawn[1:3] == ["10000 · h ", "20000 H ? "]
    assert "· GREEN, small letter YELLOW, capital RED, ? UNKNOWN" in drawn
    assert "H heat" in drawn


def test_the_present_and_the_fastest_point_are_marked() -> None:
    drawn = rows(mapped({FEED: 900.0, SPEED: 11_000.0}, fastest=0))
    assert drawn[1] == "10000 ·*ho"
    assert any("o yours, * fastest GREEN" in line for line in drawn)
    assert rows(mapped({FEED: 500.0, SPEED: 1e4}, fastest=0))[1] == "10000 ·@h "


@pytest.mark.parametrize("own", [{}, {FEED: 500.0}, {FEED: 400.0, SPEED: 1e4}, {FEED: "500", SPEED: 1e4}])
def test_what_is_not_in_the_grid_is_not_marked(own: dict[str, float | str]) -> None:
    assert {cell.mark for row in mapped(own).rows for cell in row} == {""}


def test_pictures_carry_the_same_signs() -> None:
    texts = [line.text for line in picture_of([mapped({FEED: 500.0, SPEED: 1e4})], "job").words]
    assert {"·o", "h", "H", "?"} <= set(texts)
    assert any("small letter YELLOW" in text for text in texts)


def test_a_range_of_speeds_is_the_dials() -> None:
    dial = (10_000.0, 17_000.0, 22_000.0, 27_000.0)
    axis = read_axis("cut.spindle_speed_rpm=12000:24000:5")
    assert list(snapped(axis, dial).numbers.values) == [17_000.0, 22_000.0]
    assert snapped(axis, ()) == axis
    listed = read_axis("cut.spindle_speed_rpm=12000,13000")
    assert snapped(listed, dial) == listed
    with pytest.raises(typer.BadParameter, match="the dial has 10000, 17000"):
        snapped(read_axis("cut.spindle_speed_rpm=11000:12000:5"), dial)


def test_what_the_job_states_is_found_for_each_axis() -> None:
    context = context_pb2.Context()
    context.cut.feed_rate_mm_per_min = 900.0
    context.tool.tool_id = "end_mill"
    context.tool.wear = context_pb2.TOOL_WEAR_DULL
    fields = ("cut.feed_rate_mm_per_min", "cut.spindle_speed_rpm", "tool.tool_id", "none.such", "tool.none")
    axes = [pb.SweepAxis(field=f"context.{field}") for field in fields]
    axes.append(pb.SweepAxis(field="context.tool.wear", texts=pb.TextList(values=["SHARP", "DULL"])))
    assert own_values(context, axes) == {FEED: 900.0, "context.tool.tool_id": "end_mill", "context.tool.wear": "DULL"}


def test_a_new_dimension_takes_the_first_letter_that_is_free() -> None:
    chosen = {"HEAT": "H", "RIMSPEED": "R"}
    found = letters(["HEAT", "HUMIDITY", "RUNOUT", "HUR"], chosen)
    assert found == {**chosen, "HUMIDITY": "U", "RUNOUT": "N", "HUR": "A"}
