"""Toolpaths as strokes: what a picture shows, without the format it is in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from html import escape

import numpy as np

from feasibility_svc.domain.gcode.findings import Finding, Level
from feasibility_svc.domain.gcode.moves import Floats, Integers, Kind, Moves
from feasibility_svc.domain.gcode.path import blocks_of
from feasibility_svc.domain.gcode.program import Program

MOST_STROKES = 60_000
RAPID = "#b0b0b0"
DEPTHS = ("#9ecae1", "#6baed6", "#4292c6", "#2171b5", "#08519c", "#08306b")
"""From the top to the deepest cut."""
MARK = {Level.ERROR: "#d7301f", Level.NOT_VERIFIABLE: "#8856a7", Level.WARNING: "#fe9929", Level.INFORMATION: "#555555"}
_MARGIN_SHARE = 0.04


class View(Enum):
    """From where; the axes that go to the right and up."""

    TOP = (0, 1)
    SIDE = (0, 2)


@dataclass(frozen=True, slots=True, eq=False)
class Strokes:
    """Lines to draw, in millimetres, in their order."""

    start: Floats
    end: Floats
    colour: Integers
    """-1 for a rapid, otherwise an index of `DEPTHS`."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a finding is."""

    x: float
    y: float
    colour: str
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """Strokes and marks with the frame around them."""

    strokes: Strokes
    marks: tuple[Mark, ...]
    left: float
    bottom: float
    width: float
    height: float


def draw(programs: Sequence[Program], findings: Sequence[Finding], view: View) -> Drawing:
    """The programs of a setup in one picture."""
    one, two = view.value
    starts, ends, depths, rapid = [np.empty((0, 2))], [np.empty((0, 2))], [np.empty(0)], [np.empty(0, dtype=bool)]
    for program in programs:
        for start, end, depth, is_rapid in _parts(program.moves, one, two):
            starts.append(start)
            ends.append(end)
            depths.append(depth)
            rapid.append(is_rapid)
    every = max(1, -(-sum(map(len, rapid)) // MOST_STROKES))
    end = np.concatenate(ends)[::every]
    start = np.concatenate(starts)[::every]
    depth, is_rapid = np.concatenate(depths)[::every], np.concatenate(rapid)[::every]
    if every > 1:
        start[1:] = end[:-1]  # what is left out is passed straight
    marks = tuple(_marks(programs, findings, one, two))
    points = np.concatenate((start, end, np.array([(mark.x, mark.y) for mark in marks]).reshape(-1, 2)))
    low = points.min(axis=0) if len(points) else np.zeros(2)
    size = np.maximum(points.max(axis=0) - low, 1.0) if len(points) else np.ones(2)
    margin = float(size.max()) * _MARGIN_SHARE
    strokes = Strokes(start, end, np.where(is_rapid, -1, _shade(depth)))
    frame = (float(low[0]) - margin, float(low[1]) - margin, float(size[0]) + 2 * margin, float(size[1]) + 2 * margin)
    return Drawing(strokes, marks, *frame)


def to_svg(drawing: Drawing, width_px: int) -> str:
    """The picture as SVG."""
    height_px = max(round(width_px * drawing.height / drawing.width), 1)
    view_box = f"{drawing.left:.3f} {-drawing.bottom - drawing.height:.3f} {drawing.width:.3f} {drawing.height:.3f}"
    hair = drawing.width / width_px
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width_px}" height="{height_px}" viewBox="{view_box}">',
        f'<g fill="none" stroke-width="{hair:.4f}" stroke-linecap="round">',
    ]
    for colour, path in _paths(drawing.strokes):
        lines.append(f'<path stroke="{colour}" d="{path}"/>')
    lines.append("</g>")
    for mark in drawing.marks:
        circle = f'cx="{mark.x:.3f}" cy="{-mark.y:.3f}" r="{5 * hair:.4f}"'
        lines.append(
            f'<circle {circle} fill="none" stroke="{mark.colour}" stroke-width="{2 * hair:.4f}">'
            f"<title>{escape(mark.text)}</title></circle>"
        )
    return "\n".join([*lines, "</svg>", ""])


def colour_of(index: int) -> str:
    return RAPID if index < 0 else DEPTHS[index]


def _parts(moves: Moves, one: int, two: int) -> Iterator[tuple[Floats, Floats, Floats, Floats]]:
    """Pieces whose ends are known, as they are seen."""
    for pieces in blocks_of(moves):
        kind = moves.kind[pieces.row]
        known = ~np.isnan(pieces.start_mm + pieces.end_mm)[:, (one, two)].any(axis=1) & (kind != Kind.AWAY)
        depth = np.nan_to_num(pieces.end_mm[known, 2])
        start, end = pieces.start_mm[known][:, (one, two)], pieces.end_mm[known][:, (one, two)]
        yield start, end, depth, kind[known] == Kind.RAPID


def _shade(z_mm: Floats) -> Integers:
    lowest = min(float(z_mm.min()), -1e-9) if len(z_mm) else -1.0
    shade: Integers = np.clip(z_mm / lowest * len(DEPTHS), 0, len(DEPTHS) - 1).astype(np.int64)
    return shade


def _marks(programs: Sequence[Program], findings: Sequence[Finding], one: int, two: int) -> Iterator[Mark]:
    for finding in findings:
        if not finding.program < len(programs):
            continue
        moves = programs[finding.program].moves
        columns = (moves.x_mm, moves.y_mm, moves.z_mm)
        for place in finding.places:
            row = int(np.searchsorted(moves.line, place.line))
            if row < len(moves) and not np.isnan(columns[one][row] + columns[two][row]):
                text = f"line {place.line}: {finding.sentence}"
                yield Mark(float(columns[one][row]), float(columns[two][row]), MARK[finding.level], text)


def _paths(strokes: Strokes) -> Iterator[tuple[str, str]]:
    """One path a colour; rapids first, deeper cuts over shallower ones."""
    for index in range(-1, len(DEPTHS)):
        chosen = strokes.colour == index
        words: list[str] = []
        at: tuple[float, float] | None = None
        for (x, y), (u, v) in zip(strokes.start[chosen].tolist(), strokes.end[chosen].tolist(), strict=True):
            if at != (x, y):
                words.append(f"M{x:.3f} {-y:.3f}")
            words.append(f"L{u:.3f} {-v:.3f}")
            at = (u, v)
        if words:
            yield colour_of(index), "".join(words)
