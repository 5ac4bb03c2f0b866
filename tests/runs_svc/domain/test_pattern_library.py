"""The pattern library: what an entry may be, and the documents it travels in."""

import json

import pytest
from pydantic import ValidationError

from runs_svc.domain.errors import RecordTooLargeError
from runs_svc.domain.runs.rings import can_be_drawn, is_drawable, rings_of
from runs_svc.domain.shop import pattern_library
from runs_svc.domain.shop.pattern import (
    Pattern,
    StripFamily,
    family_index_fields,
    pattern_index_fields,
)
from runs_svc.domain.shop.pattern_library import LARGEST_DOCUMENT, LibraryDocument, check_entry, write_entry

RINGS = [{"width_mm": 1.0}, {"width_mm": 2.0}]
FAMILY = StripFamily.model_validate(
    {"strip_family_id": "maple", "title": "Maple", "strips": [{"material_id": "maple_hard", "width_mm": 0.6}]}
)


def pattern(**fields: object) -> Pattern:
    given = {"pattern_id": "rope", "title": "Rope", "pattern_type": "rope", **fields}
    return Pattern.model_validate(given)


@pytest.mark.parametrize("operation", ["rosette_channel", "rosette_rings"])
def test_rings_are_counted_in_the_design(operation: str) -> None:
    found = pattern(design={operation: {"rings": RINGS}})
    assert found.ring_count == 2
    assert found.subject_id == "pattern.rope"
    assert pattern_index_fields(found) == {
        "title": "Rope",
        "pattern_type": "rope",
        "strip_family_id": "",
        "ring_count": 2,
    }


def test_a_design_of_another_kind_has_no_rings() -> None:
    assert list(rings_of({"pocket": {"depth_mm": 3.0}})) == []


def test_a_count_that_contradicts_the_design_is_refused() -> None:
    with pytest.raises(ValidationError, match="ring_count 3 does not agree with the 2 rings"):
        pattern(design={"rosette_channel": {"rings": RINGS}}, ring_count=3)


def test_a_family_is_found_by_its_title_and_number_of_strips() -> None:
    assert FAMILY.subject_id == "strips.maple"
    assert family_index_fields(FAMILY) == {"title": "Maple", "strip_count": 1}


def test_an_entry_that_no_document_holds_is_refused() -> None:
    check_entry(FAMILY, "stripFamilies/maple")
    large = pattern(meta={"text": "x" * LARGEST_DOCUMENT})
    with pytest.raises(RecordTooLargeError, match="patterns/rope would be too large"):
        check_entry(large, "patterns/rope")


def test_a_document_holds_each_family_once_in_the_order_of_ids() -> None:
    document = LibraryDocument()
    assert document.take("b", write_entry(pattern(pattern_id="b")), ("maple", write_entry(FAMILY)))
    assert document.has_family("maple")
    assert document.take("a", write_entry(pattern(pattern_id="a")), None)
    assert (document.pattern_count, document.family_count, document.last) == (2, 1, "a")
    read = json.loads(document.write())
    assert read["schema"] == "rmos.pattern-library/1"
    assert [item["pattern_id"] for item in read["patterns"]] == ["b", "a"]
    assert [item["strip_family_id"] for item in read["strip_families"]] == ["maple"]


def test_what_does_not_fit_any_more_waits_for_the_next_document() -> None:
    document = LibraryDocument()
    large = b"x" * (pattern_library.LARGEST_DOCUMENT * 2 // 3)
    assert document.take("a", large, None)
    assert not document.take("b", large, None)
    assert (document.pattern_count, document.last) == (1, "a")


@pytest.mark.parametrize(
    ("ring", "drawable"),
    [
        ({"inner_radius_mm": 50.0, "width_mm": 2.0}, True),
        ({"inner_radius_mm": 50.0}, False),
        ({"inner_radius_mm": float("nan"), "width_mm": 2.0}, False),
        ({"inner_radius_mm": 50.0, "width_mm": 0.0}, False),
    ],
)
def test_only_a_ring_with_place_and_width_is_drawn(ring: dict[str, float], drawable: bool) -> None:
    assert is_drawable(ring) is drawable


@pytest.mark.parametrize(("rings", "drawable"), [([{"inner_radius_mm": 50.0, "width_mm": 2.0}], True), (RINGS, False)])
def test_a_design_is_drawn_that_has_such_a_ring(rings: list[dict[str, float]], drawable: bool) -> None:
    assert can_be_drawn({"rosette_channel": {"rings": rings}}) is drawable
