"""What is told of rosettes and their rings, and where their checks turn."""

from typing import Any

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.geometry.rings import edges_of, ring_checks
from feasibility_svc.domain.inputs.design import RosetteRing
from feasibility_svc.domain.scoring.assessment import NotAssessedError
from tests import builders
from tests.feasibility_svc.domain.geometry.checks import found, notes, rows, score, texts


@pytest.mark.parametrize(
    ("ring", "missing"), [({"width_mm": 1.0}, "inner_radius_mm"), ({"inner_radius_mm": 50.0}, "width_mm")]
)
def test_what_a_ring_lacks_is_named(ring: dict[str, float], missing: str) -> None:
    rings = [RosetteRing.model_validate({"inner_radius_mm": 46.0, "width_mm": 4.0}), RosetteRing.model_validate(ring)]
    with pytest.raises(NotAssessedError) as gap:
        edges_of(rings, "design.rosette_rings")
    assert [reason.subject for reason in gap.value.reasons] == [f"design.rosette_rings.rings[1].{missing}"]


@pytest.mark.parametrize(
    ("rings", "name", "expected"),
    [
        ([(46.1, 50.0), (50.0, 57.9)], "ring_1_overlap", 100.0),
        ([(46.1, 50.0), (49.999, 57.9)], "ring_1_overlap", 0.0),
        ([(46.0, 57.8)], "rings_inside", 100.0),
        ([(45.999, 57.8)], "rings_inside", 0.0),
        ([(46.2, 58.0)], "rings_fit", 100.0),
        ([(46.2, 58.001)], "rings_fit", 0.0),
        ([(46.1, 57.9)], "glue_clearance", 100.0),
        ([(46.1, 57.901)], "glue_clearance", 79.0),
    ],
)
def test_rings_turn_at_their_limits(rings: list[tuple[float, float]], name: str, expected: float) -> None:
    assert score(list(ring_checks(rings, (46.0, 58.0), "")), name) == expected


def test_rings_wider_than_their_channel_leave_no_room_for_glue() -> None:
    told = list(ring_checks([(46.0, 59.5)], (46.0, 58.0), ""))
    assert texts(told, "glue_clearance") == ["the rings leave 0.00 mm for glue, 0.2 is usual"]
    some = list(ring_checks([(46.0, 57.5)], (46.0, 58.0), ""))
    assert texts(some, "glue_clearance") == ["the rings leave 0.50 mm for glue, 0.2 is usual"]


def rosette(catalogue: Catalogue, changes: dict[str, Any], context: dict[str, Any] | None = None) -> Any:
    design = builders.overridden(builders.ROSETTE, {f"rosette_channel.{key}": item for key, item in changes.items()})
    return found(catalogue, design, context)


def test_one_pass_is_asked_of_the_shallowest_channel_too_where_there_is_one(catalogue: Catalogue) -> None:
    equal = {"further_channels": [{"inner_radius_mm": 60.0, "outer_radius_mm": 64.0}]}
    assert len(texts(rosette(catalogue, equal), "pass_depth")) == 1
    deeper = {"further_channels": [{"inner_radius_mm": 60.0, "outer_radius_mm": 64.0, "depth_mm": 1.5}]}
    told = [row[2] for row in rows(rosette(catalogue, deeper)) if row[0] == "stock_thickness"]
    assert told == [1.5]


@pytest.mark.parametrize(
    ("hole_mm", "said"),
    [
        (45.5, "0.5 mm of wood between sound hole and channel, 2 mm are needed"),
        (46.0, "0 mm of wood between sound hole and channel, 2 mm are needed"),
        (46.5, "the channel reaches 0.5 mm into the sound hole, 2 mm of wood are needed between them"),
    ],
)
def test_the_ledge_of_a_rosette_in_words(catalogue: Catalogue, hole_mm: float, said: str) -> None:
    assert texts(rosette(catalogue, {"soundhole_radius_mm": hole_mm}), "ledge") == [said]


@pytest.mark.parametrize(
    ("channel", "missing"),
    [
        ({"outer_radius_mm": 64.0}, "inner_radius_mm"),
        ({"inner_radius_mm": 60.0}, "outer_radius_mm"),
        ({"inner_radius_mm": 60.0, "outer_radius_mm": 64.0, "rings": [{"width_mm": 1.0}]}, "rings[0].inner_radius_mm"),
    ],
)
def test_what_a_further_channel_lacks_is_named(catalogue: Catalogue, channel: dict[str, Any], missing: str) -> None:
    sound = {"inner_radius_mm": 70.0, "outer_radius_mm": 74.0}
    with pytest.raises(NotAssessedError) as gap:
        rosette(catalogue, {"further_channels": [sound, channel]})
    assert [reason.subject for reason in gap.value.reasons] == [f"design.rosette_channel.further_channels[1].{missing}"]


def test_what_a_ring_of_the_first_channel_lacks_is_named(catalogue: Catalogue) -> None:
    with pytest.raises(NotAssessedError) as gap:
        rosette(catalogue, {"rings": [{"width_mm": 1.0}]})
    assert gap.value.reasons[0].subject == "design.rosette_channel.rings[0].inner_radius_mm"


def test_channels_are_held_against_their_neighbours_from_the_innermost(catalogue: Catalogue) -> None:
    others = [
        {"inner_radius_mm": 70.0, "outer_radius_mm": 74.0, "depth_mm": 1.5},
        {"inner_radius_mm": 60.0, "outer_radius_mm": 66.0, "depth_mm": 0.7},
    ]
    told = rows(rosette(catalogue, {"further_channels": others}))
    assert [row[:4] for row in told if "apart" in row[0] or "slenderness" in row[0]] == [
        ("channels_1_apart", 100.0, 58.0, 60.0),
        ("channels_1_wall_slenderness", 100.0, 0.65, 6.0),  # 1.3 mm high, 2 mm thick
        ("channels_2_apart", 100.0, 66.0, 70.0),
        ("channels_2_wall_slenderness", 100.0, 0.375, 6.0),  # 1.5 mm high, 4 mm thick
    ]


@pytest.mark.parametrize(
    ("stock_mm", "tolerance_mm", "fix_mm", "said"),
    [(1.8, 0.1, 0.9, "0.40 mm of top"), (0.85, 0.1, 0.0, "0.00 mm of top"), (2.2, 0.1, 1.144, "0.80 mm of top")],
)
def test_a_channel_is_to_be_as_deep_as_the_top_allows(
    catalogue: Catalogue, stock_mm: float, tolerance_mm: float, fix_mm: float, said: str
) -> None:
    stock = {"stock.thickness_mm": stock_mm, "stock.thickness_tolerance_mm": tolerance_mm}
    told = rosette(catalogue, {}, stock)
    fixes = [row[5] for row in rows(told) if row[0] == "remaining_floor"]
    assert fixes == [("design.rosette_channel.depth_mm", fix_mm)]
    assert texts(told, "remaining_floor")[0].startswith(said)


def test_room_that_stays_empty_is_told_at_every_place() -> None:
    told = list(ring_checks([(46.5, 50.0), (51.0, 57.0)], (46.0, 58.0), ""))
    assert notes(told) == [
        "0.5 mm between the inner wall and ring 1 stay empty",
        "1.0 mm between ring 1 and 2 stay empty",
        "1.0 mm between ring 2 and the outer wall stay empty",
    ]


def test_the_order_in_which_channels_are_given_does_not_matter(catalogue: Catalogue) -> None:
    outer = {"inner_radius_mm": 60.0, "outer_radius_mm": 64.0, "depth_mm": 1.0}
    inner = {"inner_radius_mm": 46.0, "outer_radius_mm": 50.0, "depth_mm": 1.5}
    told = rows(rosette(catalogue, {**outer, "further_channels": [inner]}))
    assert [row[1:4] for row in told if row[0] == "ledge"] == [(100.0, 3.5, 2.0)]
    assert [row[:4] for row in told if row[0].startswith("channels_")] == [
        ("channels_1_apart", 100.0, 50.0, 60.0),
        ("channels_1_wall_thickness", 100.0, 10.0, 1.0),
        ("channels_1_wall_slenderness", 100.0, 0.15, 6.0),  # the deeper one is 1.5 mm deep
    ]


def test_channels_that_meet_to_the_last_bit_leave_no_wall(catalogue: Catalogue) -> None:
    meeting = {"further_channels": [{"inner_radius_mm": 57.9999995, "outer_radius_mm": 64.0}]}
    told = rosette(catalogue, meeting)
    assert score(told, "channels_1_apart") == 100.0
    assert texts(told, "channels_1_wall_thickness") == ["a wall of 0 mm, at least 1 mm must stand"]
