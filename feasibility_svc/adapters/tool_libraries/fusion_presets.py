"""Speeds and feeds of Fusion: a list of presets, or presets by the material they are for.

Files of versions before 12 have no member for presets: what they start with stands under its material at once.
"""

from collections.abc import Callable, Iterator
from functools import partial
from math import isfinite

from feasibility_svc.adapters.tool_libraries.numbers import LARGEST, shown
from feasibility_svc.adapters.tool_libraries.quantities import feed_mm_per_min, length_mm, speed_rpm
from feasibility_svc.domain.catalogue.presets import CuttingPreset
from foundation.canonical_json import JsonMapping

_ANY_MATERIAL = "*"
_NO = {"false", "no", "0"}


def read_presets(values: object, factor: float, remarks: list[str]) -> Iterator[CuttingPreset]:
    """The presets of a tool.

    Args:
        values: The `start-values` of the tool.
        factor: Millimetres per unit of the tool.
        remarks: Gets what could not be read.
    """
    presets = values.get("presets", values) if isinstance(values, dict) else values
    for key, preset in _keyed(presets):
        if isinstance(preset, dict):
            yield _preset(preset, key, factor, remarks)


def _keyed(presets: object) -> Iterator[tuple[str, object]]:
    """Each preset with the material that it is filed under; "" where it is in a list."""
    if isinstance(presets, list):
        yield from (("", preset) for preset in presets)
    if isinstance(presets, dict):
        for key, found in presets.items():
            yield from ((str(key), preset) for preset in (found if isinstance(found, list) else [found]))


def _preset(preset: JsonMapping, key: str, factor: float, remarks: list[str]) -> CuttingPreset:
    material = preset.get("material")
    query = material.get("query") or material.get("category") if isinstance(material, dict) else material
    name = str(preset.get("name") or {_ANY_MATERIAL: "any material"}.get(key, key) or "unnamed")[:200]
    length, feed = partial(length_mm, factor=factor), partial(feed_mm_per_min, factor=factor)

    def read(field: str, reader: Callable[[object], float]) -> float | None:
        try:
            return value_of(preset.get(field), reader)
        except ValueError as error:
            remarks.append(f"preset {name!r}: {field}: {error}")
            return None

    return CuttingPreset(
        name=name,
        material=str(query if query and query != "all" else key if key != _ANY_MATERIAL else "")[:200],
        spindle_speed_rpm=read("n", speed_rpm),
        feed_rate_mm_per_min=read("v_f", feed),
        plunge_rate_mm_per_min=read("v_f_plunge", feed),
        axial_depth_mm=read("stepdown", length) if _used(preset, "use-stepdown") else None,
        radial_width_mm=read("stepover", length) if _used(preset, "use-stepover") else None,
    )


def value_of(value: object, read: Callable[[object], float]) -> float | None:
    """A number of a preset; None for none and for zero.

    Raises:
        ValueError: It is something else, negative, or beyond anything that turns or moves.
    """
    if value is None or value == "":
        return None
    found = read(value)
    if not isfinite(found) or not 0 <= found <= LARGEST:
        raise ValueError(f"{shown(value)} is not allowed")
    return round(found, 9) or None


def _used(preset: JsonMapping, flag: str) -> bool:
    return str(preset.get(flag, True)).strip().lower() not in _NO
