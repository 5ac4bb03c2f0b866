"""Different parts on sheets of the same stock."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import rectpack

_STEP_MM = 0.01
"""Positions are whole hundredths: the packer compares exactly. [mm]"""


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
    if not all(_fits(part, stock_width_mm, stock_length_mm, turning=turning) for part in parts):
        return None
    packer = rectpack.newPacker(
        mode=rectpack.PackingMode.Offline,
        bin_algo=rectpack.PackingBin.BFF,
        pack_algo=rectpack.MaxRectsBssf,
        sort_algo=rectpack.SORT_NONE,
        rotation=turning,
    )
    order = sorted(
        range(len(parts)),
        key=lambda index: (
            -max(parts[index].width_mm, parts[index].length_mm),
            -parts[index].width_mm * parts[index].length_mm,
            index,
        ),
    )
    for index in order:
        packer.add_rect(_steps(parts[index].width_mm + kerf_mm), _steps(parts[index].length_mm + kerf_mm), index)
    packer.add_bin(
        int((stock_width_mm + kerf_mm) / _STEP_MM + 1e-6),
        int((stock_length_mm + kerf_mm) / _STEP_MM + 1e-6),
        count=len(parts),
    )
    packer.pack()
    placed = [
        Placed(
            part_index=index,
            sheet_index=sheet,
            x_mm=round(x * _STEP_MM, 2),
            y_mm=round(y * _STEP_MM, 2),
            width_mm=round(width * _STEP_MM - kerf_mm, 2),
            length_mm=round(length * _STEP_MM - kerf_mm, 2),
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
    return ceil(length_mm / _STEP_MM - 1e-6)


def _fits(part: Rectangle, width_mm: float, length_mm: float, *, turning: bool) -> bool:
    lies = part.width_mm <= width_mm and part.length_mm <= length_mm
    return lies or (turning and part.length_mm <= width_mm and part.width_mm <= length_mm)
