"""Plans of operations: the part from above, with its dimensions."""

from collections.abc import Callable, Mapping, Sequence
from math import cos, pi, sin

from foundation.canonical_json import JsonMapping
from foundation.json_members import children, number
from runs_svc.domain.sheet.drawing import TEXT_HEIGHT, Canvas, Fit, Weight, fit
from runs_svc.domain.sheet.frets import places, scales
from runs_svc.domain.sheet.texts import Texts

_LEFT, _TOP, _WIDTH, _HEIGHT = 4.0, 4.0, 104.0, 118.0
_ROOM_BELOW, _ROOM_RIGHT = 14.0, 26.0
_MOST_DRAWN = 400
"""Holes, frets or corners beyond are left out."""
_MOST_DIAMETERS = 6
Plan = Callable[[Canvas, JsonMapping, Texts], None]


def _box(canvas: Canvas, length_mm: float, width_mm: float, texts: Texts) -> Fit:
    """A rectangle with both dimensions, its length from left to right."""
    place = fit(length_mm, width_mm, left=_LEFT, top=_TOP, width=_WIDTH - _ROOM_RIGHT, height=_HEIGHT - _ROOM_BELOW)
    left, bottom = place.at(0.0, 0.0)
    right, top = place.at(length_mm, width_mm)
    canvas.across(left, right, bottom + 9, texts.plain_length(length_mm))
    canvas.down(top, bottom, right + 4, texts.plain_length(width_mm))
    return place


def _circles(canvas: Canvas, radii: Sequence[tuple[float, Weight]], texts: Texts) -> None:
    """Circles around one centre; the diameters of those that are cut stand below."""
    largest = max(radius for radius, _ in radii)
    named = sorted({radius for radius, weight in radii if weight is not Weight.THIN}, reverse=True)[:_MOST_DIAMETERS]
    height = _HEIGHT - 9.0 * len(named) - 2
    scale = min(_WIDTH, height) / 2 / largest
    centre = (_LEFT + _WIDTH / 2, _TOP + height / 2)
    for radius, weight in radii[:_MOST_DRAWN]:
        canvas.circle(centre, radius * scale, weight)
    for dx, dy in ((4.0, 0.0), (0.0, 4.0)):
        canvas.path((centre[0] - dx, centre[1] - dy), (centre[0] + dx, centre[1] + dy))
    for place, radius in enumerate(reversed(named)):
        y = _TOP + height + 9.0 * (place + 1)
        canvas.across(centre[0] - radius * scale, centre[0] + radius * scale, y, f"Ø {texts.plain_length(2 * radius)}")


def channel(canvas: Canvas, members: JsonMapping, texts: Texts) -> None:
    radii: list[tuple[float, Weight]] = []
    if (hole := number(members, "soundhole_radius_mm")) is not None:
        radii.append((hole, Weight.EDGE))
    for cut in (members, *children(members, "further_channels")):
        edges = [number(cut, name) for name in ("inner_radius_mm", "outer_radius_mm")]
        radii += [(edge, Weight.CUT) for edge in edges if edge is not None]
    if radii:
        _circles(canvas, radii, texts)


def rings(canvas: Canvas, members: JsonMapping, texts: Texts) -> None:
    radii: list[tuple[float, Weight]] = []
    for ring in children(members, "rings"):
        inner, width = number(ring, "inner_radius_mm"), number(ring, "width_mm")
        if inner is not None and width is not None:
            radii += [(inner, Weight.CUT), (inner + width, Weight.CUT)]
    if radii:
        _circles(canvas, radii, texts)


def board(canvas: Canvas, members: JsonMapping, texts: Texts) -> None:
    """A fretboard, or a playing surface: its nut on the left."""
    length = number(members, "board_length_mm") or number(members, "length_mm")
    nut = number(members, "nut_width_mm") or number(members, "width_mm")
    if length is None or nut is None:
        return
    heel = number(members, "heel_width_mm") or number(members, "far_width_mm") or nut
    wide = max(nut, heel)
    place = fit(length, wide, left=_LEFT + 4, top=_TOP + 20, width=_WIDTH - 10, height=_HEIGHT - 58)
    corners = [
        *(place.at(0, (wide - nut) / 2), place.at(length, (wide - heel) / 2)),
        *(place.at(length, (wide + heel) / 2), place.at(0, (wide + nut) / 2)),
    ]
    canvas.path(*corners, weight=Weight.EDGE, closed=True)
    left, bottom = place.at(0, 0)
    right, top = place.at(length, wide)
    canvas.across(left, right, bottom + 10, texts.plain_length(length))
    canvas.label(left, top - 3, texts.plain_length(nut), "start")
    canvas.label(right, top - 3, texts.plain_length(heel), "end")
    found = scales(members)
    if found is None:
        return
    bass, treble, _ = found
    for low, high in places(members):
        half_low, half_high = (nut + (heel - nut) * min(x / length, 1.0) for x in (low, high))
        ends = place.at(low, (wide + half_low) / 2), place.at(high, (wide - half_high) / 2)
        canvas.path(*ends, weight=Weight.CUT)
    said = texts.plain_length(bass) if bass == treble else f"{texts.plain_length(bass)} / {texts.plain_length(treble)}"
    count = int(number(members, "fret_count") or 0)
    canvas.label((left + right) / 2, bottom + 22, f"{count}×, {texts.word('scale')} {said}")


def pocket(canvas: Canvas, members: JsonMapping, texts: Texts) -> None:
    length, width = number(members, "length_mm"), number(members, "width_mm")
    if length is None or width is None:
        return
    place = _box(canvas, length, width, texts)
    radius = min(number(members, "corner_radius_mm") or 0.0, length / 2, width / 2)
    corners = [(length - radius, width - radius, 0), (radius, width - radius, 1), (radius, radius, 2)]
    corners.append((length - radius, radius, 3))
    turns = [(x, y, (quarter + step / 4) * pi / 2) for x, y, quarter in corners for step in range(5)]
    rounded = [place.at(x + radius * cos(turn), y + radius * sin(turn)) for x, y, turn in turns]
    canvas.path(*rounded, weight=Weight.CUT, closed=True)
    if radius:
        x, y = place.at(length / 2, width / 2)
        canvas.label(x, y + 2, f"R {texts.plain_length(radius)}")


def face(canvas: Canvas, members: JsonMapping, texts: Texts) -> None:
    """A face that is cut line by line."""
    length, width = number(members, "length_mm"), number(members, "width_mm")
    if length is None or width is None:
        return
    place = _box(canvas, length, width, texts)
    left, bottom = place.at(0, 0)
    right, top = place.at(length, width)
    canvas.box(left, top, right - left, bottom - top)
    for line in range(1, 8):
        y = top + (bottom - top) * line / 8
        canvas.path((left + 1.5, y), (right - 1.5, y), weight=Weight.CUT)


def holes(canvas: Canvas, members: JsonMapping, texts: Texts) -> None:
    diameter, places = number(members, "hole_diameter_mm"), _holes(members)
    if diameter is None or not places:
        return
    low_x, low_y = (min(place[axis] for place in places) - diameter for axis in (0, 1))
    width = max(place[0] for place in places) + diameter - low_x
    height = max(place[1] for place in places) + diameter - low_y
    spot = fit(
        *(max(width, 1.0), max(height, 1.0)),
        left=_LEFT,
        top=_TOP,
        width=_WIDTH - _ROOM_RIGHT,
        height=_HEIGHT - _ROOM_BELOW - 12,
    )
    for x, y in places[:_MOST_DRAWN]:
        canvas.circle(spot.at(x - low_x, y - low_y), max(diameter / 2 * spot.scale, 1.0), Weight.CUT)
    if children(members, "positions"):
        _coordinates(canvas, spot, [(x - low_x, y - low_y) for x, y in places], (low_x, low_y), texts)
    else:
        _extent(canvas, spot, (width, height), diameter, texts)
    canvas.label(_LEFT + _WIDTH / 2, _TOP + _HEIGHT - 2, f"{len(places)}× Ø {texts.plain_length(diameter)}")


def _extent(canvas: Canvas, spot: Fit, size: tuple[float, float], diameter: float, texts: Texts) -> None:
    """From the first hole to the last, in both directions."""
    width, height = size
    left, bottom = spot.at(diameter, 0)
    right, top = spot.at(width - diameter, height)
    if width > 2 * diameter:
        canvas.across(left, right, bottom + 9, texts.plain_length(width - 2 * diameter))
    if height > 2 * diameter:
        edge = diameter * spot.scale
        canvas.down(top + edge, bottom - edge, right + edge + 4, texts.plain_length(height - 2 * diameter))


def _coordinates(
    canvas: Canvas, spot: Fit, places: Sequence[tuple[float, float]], low: tuple[float, float], texts: Texts
) -> None:
    """Where the holes are: each X below them, each Y to their right, where there is room."""
    across, up = (sorted({place[axis] for place in places}) for axis in (0, 1))
    below = spot.at(0, 0)[1]
    beside = spot.at(max(across) + min(across), 0)[0]
    written = -TEXT_HEIGHT
    for x in across:
        text, at = texts.coordinate(x + low[0]), spot.at(x, 0)[0]
        if at - written >= (len(text) + 1) * TEXT_HEIGHT / 2:
            canvas.path((at, below), (at, below + 3))
            canvas.label(at, below + 3 + TEXT_HEIGHT, text)
            written = at
    written = _TOP - TEXT_HEIGHT
    for y in reversed(up):
        at = spot.at(0, y)[1]
        if at - written >= TEXT_HEIGHT:
            canvas.path((beside, at), (beside + 3, at))
            canvas.label(beside + 5, at + TEXT_HEIGHT / 3, texts.coordinate(y + low[1]), "start")
            written = at
    canvas.label(_LEFT + _WIDTH / 2, _TOP + _HEIGHT - 10, texts.word("from_corner", unit=texts.unit))


def _holes(members: JsonMapping) -> Sequence[tuple[float, float]]:
    """Centres of holes: as they are named, or in their rows and columns."""
    named = [(number(item, "x_mm"), number(item, "y_mm")) for item in children(members, "positions")]
    if named:
        return [(x, y) for x, y in named if x is not None and y is not None]
    rows, columns = int(number(members, "rows") or 1), int(number(members, "columns") or 1)
    pitch_x, pitch_y = number(members, "pitch_x_mm") or 0.0, number(members, "pitch_y_mm") or 0.0
    if rows * columns > _MOST_DRAWN or rows * columns != (number(members, "hole_count") or rows * columns):
        return []
    return [(column * pitch_x, row * pitch_y) for row in range(rows) for column in range(columns)]


def line(canvas: Canvas, members: JsonMapping, texts: Texts) -> None:
    """A cut of which the length alone is known: as a straight line."""
    length = number(members, "length_mm")
    if length is None:
        return
    y = _TOP + _HEIGHT / 2
    canvas.path((_LEFT + 4, y), (_LEFT + _WIDTH - 10, y), weight=Weight.CUT)
    canvas.across(_LEFT + 4, _LEFT + _WIDTH - 10, y + 14, texts.plain_length(length))


def outline(canvas: Canvas, members: JsonMapping, texts: Texts) -> None:
    """An outline by its corners; without corners its length."""
    corners = [(number(item, "x_mm"), number(item, "y_mm")) for item in children(members, "outline")]
    known = [(x, y) for x, y in corners if x is not None and y is not None]
    if len(known) < 3:
        line(canvas, members, texts)
        return
    low_x, low_y = (min(corner[axis] for corner in known) for axis in (0, 1))
    width, height = (max(corner[axis] for corner in known) - low for axis, low in ((0, low_x), (1, low_y)))
    place = _box(canvas, max(width, 1.0), max(height, 1.0), texts)
    every = max(len(known) // _MOST_DRAWN, 1)
    points = [place.at(x - low_x, y - low_y) for x, y in known[::every]]
    canvas.path(*points, weight=Weight.CUT, closed=True)


PLANS: Mapping[str, Plan] = {
    "rosette_channel": channel,
    "rosette_rings": rings,
    "fret_slots": board,
    "pocket": pocket,
    "profile": line,
    "drilling": holes,
    "saw_cut": line,
    "facing": face,
    "binding_ledge": outline,
    "v_carve": line,
    "radius_board": board,
    "contour_3d": face,
}
