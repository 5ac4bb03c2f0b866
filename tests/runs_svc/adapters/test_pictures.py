"""Pictures of rosettes: the same every time, and different for what differs."""

import hashlib
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from foundation.errors import InvalidFieldsError
from runs_svc.adapters.rendering.picture.pixels.rosette import paint_rosette
from runs_svc.adapters.rendering.picture.vector.rosette import draw_rosette
from runs_svc.domain.shop.drawing_limits import check_drawable, check_materials
from runs_svc.domain.shop.errors import NothingToDrawError
from runs_svc.domain.shop.woods import LOOKS

PATTERNS = ["SOLID", "PURFLING", "HERRINGBONE", "ROPE", "MOSAIC"]


def design(pattern: str = "SOLID", material_id: str = "", width_mm: float = 4.0) -> dict[str, Any]:
    ring = {"inner_radius_mm": 48.0, "width_mm": width_mm, "pattern": pattern}
    if material_id:
        ring["material_id"] = material_id
    return {
        "rosette_channel": {
            "soundhole_radius_mm": 42.5,
            "inner_radius_mm": 47.5,
            "outer_radius_mm": 53.0,
            "rings": [ring],
        }
    }


def digest(given: dict[str, Any], size_px: int = 160) -> tuple[str, str]:
    pixels = paint_rosette(given, size_px=size_px).tobytes()
    svg = draw_rosette(given, size_px=size_px).encode()
    return hashlib.sha256(pixels).hexdigest(), hashlib.sha256(svg).hexdigest()


@pytest.mark.parametrize("pattern", PATTERNS)
def test_the_same_design_gives_the_same_picture(pattern: str) -> None:
    assert digest(design(pattern)) == digest(design(pattern))


def test_every_pattern_and_material_looks_different() -> None:
    seen = {digest(design(pattern)) for pattern in PATTERNS} | {
        digest(design("SOLID", material)) for material in LOOKS if material != "rosewood_east_indian"
    }
    assert len(seen) == len(PATTERNS) + len(LOOKS) - 1


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("width_mm", [0.4, 1.0, 12.0])
def test_rings_of_any_width_are_drawn_as_well_formed_svg(pattern: str, width_mm: float) -> None:
    root = ElementTree.fromstring(draw_rosette(design(pattern, "koa", width_mm), size_px=300))
    assert root.get("width") == "300"
    assert "nan" not in ElementTree.tostring(root, encoding="unicode")
    assert paint_rosette(design(pattern, "koa", width_mm), size_px=64).shape == (64, 64, 3)


def test_the_sound_hole_is_dark_and_the_plate_is_light() -> None:
    pixels = paint_rosette(design(), size_px=200).astype(int)
    assert pixels[100, 100].sum() < 200
    assert pixels[3, 100].sum() > 450


def test_the_ring_has_the_colour_of_its_material() -> None:
    pixels = paint_rosette(design("SOLID", "purpleheart"), size_px=400).astype(int)
    half_width = 53.0 * 1.14
    column = round((50.0 / half_width + 1) / 2 * 400)
    red, green, blue = np.mean(pixels[195:205, column - 2 : column + 2], axis=(0, 1))
    assert green < red
    assert green < blue


def test_rings_cut_free_have_no_channel() -> None:
    rings = {"rosette_rings": {"rings": [{"inner_radius_mm": 40.0, "width_mm": 5.0}], "depth_mm": 2.0}}
    assert "1 rings" in draw_rosette(rings, size_px=100)
    assert paint_rosette(rings, size_px=64).any()


@pytest.mark.parametrize("given", [{}, {"pocket": {}}, {"rosette_channel": {}}, {"rosette_rings": {"rings": [{}]}}])
def test_without_rings_there_is_nothing_to_draw(given: dict[str, Any]) -> None:
    with pytest.raises(NothingToDrawError):
        draw_rosette(given, size_px=100)
    with pytest.raises(NothingToDrawError):
        paint_rosette(given, size_px=100)


def test_every_material_of_the_catalogue_has_a_look(catalogue: Catalogue) -> None:
    assert set(catalogue.materials) <= set(LOOKS)


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("width_mm", [0.1, 0.09, 0.0002, 1e-9, 5e-324])
def test_a_ring_however_thin_takes_a_bounded_drawing(pattern: str, width_mm: float) -> None:
    text = draw_rosette(design(pattern, "", width_mm), size_px=300)
    ElementTree.fromstring(text)
    assert len(text) < 2 * 1024**2
    assert paint_rosette(design(pattern, "", width_mm), size_px=64).shape == (64, 64, 3)


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("material_id", ["koa", "abalone", "maple_curly", "spruce_sitka"])
def test_the_largest_rosette_takes_a_bounded_drawing(pattern: str, material_id: str) -> None:
    ring = {"inner_radius_mm": 290.0, "width_mm": 10.0, "pattern": pattern, "material_id": material_id}
    text = draw_rosette({"rosette_rings": {"rings": [ring] * 1_000}}, size_px=2048)
    assert len(text) <= 2 * 1024**2
    assert "24 rings (976 more not drawn)" in text


@pytest.mark.parametrize("numbers", [(-5.0, 1.0), (46.0, 1e9), (1e308, 1.0), (1e308, 1e308), (0.0, 1.0), (46.0, -1.0)])
def test_a_recorded_ring_that_no_picture_can_show_is_left_out(numbers: tuple[float, float]) -> None:
    inner, width = numbers
    given = design()
    given["rosette_channel"] |= {"soundhole_radius_mm": 1e308, "outer_radius_mm": -1.0}
    given["rosette_channel"]["rings"] += [{"inner_radius_mm": inner, "width_mm": width, "pattern": "MOSAIC"}]
    assert "1 rings (1 more not drawn)" in draw_rosette(given, size_px=100)
    assert paint_rosette(given, size_px=64).any()
    with pytest.raises(NothingToDrawError):
        draw_rosette({"rosette_rings": {"rings": given["rosette_channel"]["rings"][1:]}}, size_px=100)


def refused(given: dict[str, Any]) -> set[str]:
    with pytest.raises(InvalidFieldsError) as caught:
        check_drawable(given)
    return {violation.field for violation in caught.value.violations}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"soundhole_radius_mm": -1.0}, "soundhole_radius_mm"),
        ({"outer_radius_mm": 1e308}, "outer_radius_mm"),
        ({"inner_radius_mm": 0.0}, "inner_radius_mm"),
        ({"rings": [{"inner_radius_mm": -5.0, "width_mm": 1.0}]}, "rings[0].inner_radius_mm"),
        ({"rings": [{"inner_radius_mm": 48.0, "width_mm": 1e9}]}, "rings[0].width_mm"),
        ({"rings": [{"inner_radius_mm": 295.0, "width_mm": 10.0}]}, "rings[0].width_mm"),
        ({"rings": [{"inner_radius_mm": 42.0, "width_mm": 1.0}]}, "rings[0].inner_radius_mm"),
        ({"rings": [{"inner_radius_mm": at, "width_mm": 2.0} for at in (50.0, 48.5)]}, "rings[0].inner_radius_mm"),
        ({"rings": [{"inner_radius_mm": 48.0, "width_mm": 1.0}] * 25}, "rings"),
        ({"inner_radius_mm": 58.0, "outer_radius_mm": 46.0}, "outer_radius_mm"),
        ({"rings": [{"inner_radius_mm": 57.0, "width_mm": 5.0}]}, "rings[0].width_mm"),
        ({"rings": [{"inner_radius_mm": 44.0, "width_mm": 4.0}]}, "rings[0].inner_radius_mm"),
    ],
)
def test_a_new_design_that_cannot_be_is_refused_by_field(change: dict[str, Any], field: str) -> None:
    given = design()
    given["rosette_channel"] |= change
    assert refused(given) == {f"design.rosette_channel.{field}"}


def test_a_design_that_can_be_drawn_is_not_refused() -> None:
    check_drawable(design())
    check_drawable({"fret_slots": {}})
    rings = [
        {"inner_radius_mm": 48.0, "width_mm": 2.0},
        {"pattern": "SOLID"},
        {"inner_radius_mm": 50.0, "width_mm": 2.0},
    ]
    check_drawable({"rosette_rings": {"rings": rings}})


def test_a_material_that_no_picture_knows_is_refused_by_field() -> None:
    check_materials(design("SOLID", "koa"))
    check_materials(design())
    with pytest.raises(InvalidFieldsError) as caught:
        check_materials(design("SOLID", "unobtainium"))
    assert caught.value.violations[0].field == "design.rosette_channel.rings[0].material_id"
