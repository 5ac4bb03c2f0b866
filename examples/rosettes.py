"""Twelve rosettes on one sheet: `python -m examples.rosettes docs/pictures/rosettes.jpg` draws the one in the docs."""

import io
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from runs_svc.adapters.rendering.painter import paint
from runs_svc.domain.shop.views import View
from runs_svc.ports import RosetteScene

_SIDE_PX, _COLUMNS, _GAP_PX = 400, 4, 8


def _channel(inner: float, outer: float, *rings: tuple[float, float, str, str]) -> Mapping[str, Any]:
    """A channel with rings, each given by inner radius, width, pattern and material. [mm]"""
    names = ("inner_radius_mm", "width_mm", "pattern", "material_id")
    return {
        "rosette_channel": {
            "soundhole_radius_mm": inner - 6.0,
            "inner_radius_mm": inner,
            "outer_radius_mm": outer,
            "rings": [{name: value for name, value in zip(names, ring, strict=True) if value} for ring in rings],
        }
    }


ROSETTES: Sequence[tuple[str, Mapping[str, Any]]] = (
    (
        "spruce_european",
        _channel(
            48.0,
            62.0,
            (48.1, 1.6, "PURFLING", ""),
            (49.8, 3.0, "HERRINGBONE", "ebony_african"),
            (52.9, 5.0, "MOSAIC", ""),
            (58.0, 2.2, "ROPE", ""),
            (60.3, 1.6, "PURFLING", ""),
        ),
    ),
    (
        "cedar_western_red",
        _channel(50.0, 58.0, (50.1, 1.8, "PURFLING", ""), (52.0, 4.0, "SOLID", "abalone"), (56.1, 1.8, "PURFLING", "")),
    ),
    (
        "redwood",
        _channel(
            50.0,
            57.0,
            (50.1, 1.0, "SOLID", "maple_hard"),
            (51.2, 4.4, "SOLID", "mother_of_pearl"),
            (55.7, 1.2, "SOLID", "ebony_african"),
        ),
    ),
    (
        "koa",
        _channel(
            50.0,
            57.0,
            (50.1, 2.0, "HERRINGBONE", ""),
            (52.2, 2.6, "SOLID", "maple_hard"),
            (54.9, 2.0, "HERRINGBONE", ""),
        ),
    ),
    ("spruce_sitka", _channel(48.0, 60.0, (48.1, 1.5, "PURFLING", ""), (58.4, 1.5, "PURFLING", ""))),
    ("spruce_engelmann", _channel(48.0, 58.0, (48.1, 9.8, "SOLID", "rosewood_brazilian"))),
    (
        "spruce_lutz",
        _channel(
            48.0,
            58.0,
            (48.1, 2.0, "SOLID", "spruce_european"),
            (50.2, 5.4, "SOLID", "ebony_macassar"),
            (55.7, 2.2, "SOLID", "maple_hard"),
        ),
    ),
    (
        "mahogany_honduran",
        _channel(
            48.0, 58.0, (48.1, 3.0, "ROPE", "walnut_black"), (51.2, 3.5, "SOLID", "abalone"), (54.8, 3.0, "ROPE", "")
        ),
    ),
    ("spruce_adirondack", _channel(47.0, 56.0, (47.1, 8.8, "MOSAIC", "padauk_african"))),
    (
        "cedar_alaska_yellow",
        _channel(
            50.0,
            56.0,
            (50.1, 0.6, "SOLID", "ebony_african"),
            (50.8, 0.6, "SOLID", "maple_hard"),
            (51.5, 3.0, "SOLID", "koa"),
            (54.6, 0.6, "SOLID", "maple_hard"),
            (55.3, 0.6, "SOLID", "ebony_african"),
        ),
    ),
    ("walnut_black", _channel(50.0, 58.0, (50.1, 7.8, "SOLID", "maple_bigleaf"))),
    (
        "spruce_white",
        _channel(
            48.0, 58.0, (48.1, 1.2, "PURFLING", ""), (49.4, 7.2, "HERRINGBONE", "cocobolo"), (56.7, 1.2, "PURFLING", "")
        ),
    ),
)
"""Wood of the top, and design."""


def sheet() -> Image.Image:
    """All of them, the upper half whole, and a close-up of each below."""
    step, rows = _SIDE_PX + _GAP_PX, len(ROSETTES) // _COLUMNS
    whole = Image.new("RGB", (_COLUMNS * step - _GAP_PX, 2 * rows * step - _GAP_PX), "white")
    for half, view in enumerate((View.WHOLE, View.CLOSE_UP)):
        for place, (top, design) in enumerate(ROSETTES):
            picture = paint(RosetteScene(design, top, view), size_px=_SIDE_PX, mime="image/png")
            row, column = divmod(place, _COLUMNS)
            whole.paste(Image.open(io.BytesIO(picture)).convert("RGB"), (column * step, (half * rows + row) * step))
    return whole


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.parent.mkdir(parents=True, exist_ok=True)
    sheet().save(target, quality=86)
