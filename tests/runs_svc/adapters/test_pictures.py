"""Pictures of rosettes: the same every time, and different for what differs."""

import hashlib
import io
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import numpy as np
import numpy.typing as npt
import pytest
import resvg_py
from PIL import Image

from examples.rosettes import ROSETTES
from feasibility_svc.domain.catalogue.catalogue import Catalogue
from foundation.errors import InvalidFieldsError
from runs_svc.adapters.rendering.painter import paint
from runs_svc.adapters.rendering.picture.layout import APART, lay_out, purfling_layers
from runs_svc.adapters.rendering.picture.rosette import draw_rosette
from runs_svc.domain.shop.colours import difference
from runs_svc.domain.shop.drawing_limits import check_drawable, check_materials
from runs_svc.domain.shop.errors import NothingToDrawError
from runs_svc.domain.shop.views import View
from runs_svc.domain.shop.woods import DARK, LIGHT, LOOKS
from runs_svc.ports import RosetteScene

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


def pixels_of(given: dict[str, Any], size_px: int, **scene: Any) -> npt.NDArray[np.int64]:
    png = paint(RosetteScene(given, **scene), size_px=size_px, mime="image/png")
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(np.int64)


def digest(given: dict[str, Any], size_px: int = 64) -> tuple[str, str]:
    pictures = (paint(RosetteScene(given), size_px=size_px, mime=mime) for mime in ("image/png", "image/svg+xml"))
    png, svg = (hashlib.sha256(picture).hexdigest() for picture in pictures)
    return png, svg


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
    assert pixels_of(design(pattern, "koa", width_mm), 64).shape == (64, 64, 3)


def test_the_sound_hole_is_dark_and_the_plate_is_light() -> None:
    pixels = pixels_of(design(), 200)
    assert pixels[100, 100].sum() < 200
    assert pixels[3, 100].sum() > 450


def test_the_ring_has_the_colour_of_its_material() -> None:
    pixels = pixels_of(design("SOLID", "purpleheart"), 400)
    half_width = 53.0 * 1.14
    column = round((50.0 / half_width + 1) / 2 * 400)
    red, green, blue = np.mean(pixels[195:205, column - 2 : column + 2], axis=(0, 1))
    assert green < red
    assert green < blue


def test_rings_cut_free_have_no_channel() -> None:
    rings = {"rosette_rings": {"rings": [{"inner_radius_mm": 40.0, "width_mm": 5.0}], "depth_mm": 2.0}}
    assert "1 rings" in draw_rosette(rings, size_px=100)
    assert pixels_of(rings, 64).any()


@pytest.mark.parametrize("given", [{}, {"pocket": {}}, {"rosette_channel": {}}, {"rosette_rings": {"rings": [{}]}}])
def test_without_rings_there_is_nothing_to_draw(given: dict[str, Any]) -> None:
    with pytest.raises(NothingToDrawError):
        draw_rosette(given, size_px=100)


def test_every_material_of_the_catalogue_has_a_look(catalogue: Catalogue) -> None:
    assert set(catalogue.materials) <= set(LOOKS)


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("width_mm", [0.1, 0.09, 0.0002, 1e-9, 5e-324])
def test_a_ring_however_thin_takes_a_bounded_drawing(pattern: str, width_mm: float) -> None:
    text = draw_rosette(design(pattern, "", width_mm), size_px=300)
    ElementTree.fromstring(text)
    assert len(text) < 2 * 1024**2
    assert pixels_of(design(pattern, "", width_mm), 64).shape == (64, 64, 3)


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
    assert pixels_of(given, 64).any()
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


@pytest.mark.parametrize("top", ["cedar_western_red", "redwood", "koa", "spruce_sitka"])
def test_a_top_has_the_colour_of_its_wood(top: str) -> None:
    corner = pixels_of(design(), 200, top_material_id=top)[2:40, 2:40].mean(axis=(0, 1))
    ground = np.array([int(LOOKS[top].ground[place : place + 2], 16) for place in (1, 3, 5)])
    assert np.abs(corner - ground).max() < 40
    others = [look.ground for name, look in LOOKS.items() if name in {"cedar_western_red", "redwood", "koa"} - {top}]
    seen = "#" + "".join(f"{round(value):02x}" for value in corner)
    assert all(difference(seen, LOOKS[top].ground) < difference(seen, other) for other in others)


def test_a_top_is_opened_like_a_book_and_joined_in_the_middle() -> None:
    rows = pixels_of(design(), 601)[4:12]
    without_light = rows - rows.mean(axis=1, keepdims=True)
    left, right = without_light[:, 20:280], without_light[:, ::-1][:, 20:280]
    assert np.corrcoef(left.mean(axis=(0, 2)), right.mean(axis=(0, 2)))[0, 1] > 0.5
    assert rows[:, 300].mean() < rows[:, 290:311].mean() - 5


def test_what_is_routed_and_not_filled_is_shown_as_an_open_channel() -> None:
    given = design("SOLID", "maple_hard", 1.0)
    (below, above) = lay_out(given).voids
    assert ((below.inner, below.outer), (above.inner, above.outer)) == ((47.5, 48.0), (49.0, 53.0))
    assert not above.glued
    picture, half_width = pixels_of(given, 600), 53.0 * 1.14

    def at(radius: float) -> float:
        column = round((radius / half_width + 1) * 300)
        return float(picture[270:330, column - 1 : column + 2].mean())

    assert at(51.0) < at(56.0) - 30
    assert lay_out(design("SOLID", "maple_hard", 5.4)).voids[0].outer == 48.0
    assert not lay_out({"rosette_rings": {"rings": given["rosette_channel"]["rings"]}}).voids


def test_room_for_glue_is_no_open_channel() -> None:
    given = design("SOLID", "koa", 4.9)
    assert [void.glued for void in lay_out(given).voids] == [False, True]


@pytest.mark.parametrize("top", ["spruce_european", "maple_hard", "ebony_african", "koa"])
@pytest.mark.parametrize("first", ["maple_hard", "spruce_sitka", "ebony_african", "rosewood_east_indian"])
@pytest.mark.parametrize("second", ["maple_hard", "bone", "blackwood_african", "koa"])
def test_a_strip_differs_from_its_neighbours(top: str, first: str, second: str) -> None:
    rings = [
        {"inner_radius_mm": 48.0, "width_mm": 2.0, "pattern": "SOLID", "material_id": first},
        {"inner_radius_mm": 50.0, "width_mm": 2.0, "pattern": "SOLID", "material_id": second},
    ]
    layout = lay_out({"rosette_channel": {"rings": rings}}, top)
    shown = [layout.top.ground, *(ring.look.ground for ring in layout.rings), layout.top.ground]
    assert all(difference(one, other) >= APART for one, other in pairwise(shown))


@pytest.mark.parametrize("material_id", LOOKS)
def test_the_veneers_of_a_purfling_differ(material_id: str) -> None:
    (ring,) = lay_out(design("PURFLING", material_id, 2.0)).rings
    grounds = [look.ground for _, _, look in purfling_layers(ring, DARK, LIGHT)]
    assert all(difference(one, other) >= APART for one, other in pairwise(grounds))


@pytest.mark.parametrize("view", View)
def test_every_view_shows_another_part_and_the_rings(view: View) -> None:
    given = design("SOLID", "purpleheart")
    picture = pixels_of(given, 200, view=view)
    purple = (picture[..., 2] > picture[..., 1] + 10).mean()
    assert {View.WHOLE: 0.05, View.QUARTER: 0.05, View.CLOSE_UP: 0.2}[view] < purple < 0.6
    others = {paint(RosetteScene(given, view=other), size_px=64, mime="image/png") for other in View}
    assert len(others) == len(View)


@pytest.mark.parametrize("material_id", ["mother_of_pearl", "abalone"])
def test_shell_has_no_stripes(material_id: str) -> None:
    """No direction or distance repeats: no peak stands out of the spectrum of a piece of the ring."""
    given = design("SOLID", material_id, 4.9)
    picture = pixels_of(given, 1024, view=View.CLOSE_UP).mean(axis=2)
    layout, side = lay_out(given), max(3 * 5.5, 12.0)
    top = 53.0 + 0.2 * side
    rows = [
        round((top - radius) / side * 1024) for radius in (layout.rings[0].outer - 0.6, layout.rings[0].inner + 0.6)
    ]
    piece = picture[rows[0] : rows[1], 420:600]
    spectrum = np.abs(np.fft.fft2(piece - piece.mean())) ** 2
    inside = spectrum[4:40, 4:40]
    assert inside.max() < 60 * max(float(np.median(inside)), 1.0) + 0.02 * spectrum.sum()


def test_png_is_made_of_the_svg() -> None:
    scene = RosetteScene(design("MOSAIC"), "koa", View.QUARTER)
    svg = paint(scene, size_px=120, mime="image/svg+xml").decode()
    assert paint(scene, size_px=120, mime="image/png") == bytes(resvg_py.svg_to_bytes(svg_string=svg))


def test_the_rosettes_of_the_docs_are_twelve() -> None:
    seen = {paint(RosetteScene(given, top), size_px=64, mime="image/png") for top, given in ROSETTES}
    assert len(seen) == 12


@pytest.mark.parametrize("material_id", ["unobtainium", "<b>&"])
def test_a_drawing_names_the_materials_that_it_does_not_know(material_id: str) -> None:
    root = ElementTree.fromstring(draw_rosette(design("SOLID", material_id, 2.0), size_px=100))
    title = root.findtext("{http://www.w3.org/2000/svg}title") or ""
    assert f"no picture knows {material_id}: drawn in the wood that is usual for the ring" in title
    for known in ("koa", ""):
        assert "no picture knows" not in draw_rosette(design("SOLID", known, 2.0), size_px=100)
