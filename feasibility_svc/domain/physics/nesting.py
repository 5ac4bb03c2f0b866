"""Different parts on sheets of the same stock."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, prod

import rectpack

_STEPS_PER_MM = 1_000_000
"""The packer compares exactly, so it gets whole millionths: lengths that differ by less are the same. [1/mm]"""


@dataclass(frozen=True, slots=True)
class Rectangle:
    """What a part covers, across and along the grain. [mm]"""

    width_mm: float
    length_mm: float
    grain_locked: bool


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a part lies. [mm]"""

    part_index: int
    sheet_index: int
    x_mm: float
    y_mm: float
    width_mm: float
    length_mm: float


def nest(
    parts: Sequence[Rectangle], *, stock_width_mm: float, stock_length_mm: float, kerf_mm: float
) -> list[Placed] | None:
    """Place every part on as few sheets as the packer finds; None when a part fits on no sheet.

    MaxRects, best short side, parts sorted by long side, then area, then place in the design: the same parts always lie
    the same way. Parts turn a quarter only when none of them is locked to the grain; the packer knows no other lock.
    """
    turning = not any(part.grain_locked for part in parts)
    sizes = [(_steps(part.width_mm), _steps(part.length_mm)) for part in parts]
    stock, kerf = (_steps(stock_width_mm), _steps(stock_length_mm)), _steps(kerf_mm)
    if not all(_fits(size, stock, turning=turning) for size in sizes):
        return None
    packer = rectpack.newPacker(
        mode=rectpack.PackingMode.Offline,
        bin_algo=rectpack.PackingBin.BFF,
        pack_algo=rectpack.MaxRectsBssf,
        sort_algo=rectpack.SORT_NONE,
        rotation=turning,
    )
    for index in sorted(range(len(parts)), key=lambda index: (-max(sizes[index]), -prod(sizes[index]))):
        width, length = sizes[index]
        packer.add_rect(width + kerf, length + kerf, index)
    packer.add_bin(stock[0] + kerf, stock[1] + kerf, count=len(parts))
    packer.pack()
    placed = [
        Placed(
            part_index=index,
            sheet_index=sheet,
            x_mm=x / _STEPS_PER_MM,
            y_mm=y / _STEPS_PER_MM,
            width_mm=(width - kerf) / _STEPS_PER_MM,
            length_mm=(length - kerf) / _STEPS_PER_MM,
        )
        for sheet, x, y, width, length, index in packer.rect_list()
    ]
    return sorted(placed, key=lambda item: item.part_index)


def least_sheets(parts: Sequence[Rectangle], *, stock_width_mm: float, stock_length_mm: float) -> int:
    """Sheets that the area alone asks for.

    >>> least_sheets([Rectangle(50, 50, False)] * 5, stock_width_mm=100, stock_length_mm=100)
    2
    """
    return ceil(sum(part.width_mm * part.length_mm for part in parts) / (stock_width_mm * stock_length_mm) - 1e-9)


def _steps(length_mm: float) -> int:
    return round(length_mm * _STEPS_PER_MM)


def _fits(part: tuple[int, int], stock: tuple[int, int], *, turning: bool) -> bool:
    lies = part[0] <= stock[0] and part[1] <= stock[1]
    return lies or (turning and part[1] <= stock[0] and part[0] <= stock[1])
