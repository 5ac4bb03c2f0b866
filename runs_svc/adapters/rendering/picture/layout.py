"""What a picture shows: which rings, in which order, how they are divided, and what is left open between them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import pi

from runs_svc.domain.runs.rings import LARGEST_RADIUS_MM, Members, is_drawable, rings_of
from runs_svc.domain.shop.colours import told_apart
from runs_svc.domain.shop.drawing_limits import MOST_RINGS
from runs_svc.domain.shop.errors import NothingToDrawError
from runs_svc.domain.shop.woods import DARK, LIGHT, TOP, Look, look_of

TURN = 2 * pi
_MARGIN = 1.14
_FALLBACKS = {
    "SOLID": "rosewood_east_indian",
    "PURFLING": "rosewood_east_indian",
    "HERRINGBONE": "ebony_african",
    "ROPE": "mahogany_honduran",
}
_MOST_PIECES = 720
"""In a ring. More of them are finer than any print shows."""
_THINNEST_PATTERN_MM = 0.1
_THINNEST_VOID_MM = 0.02
_GLUE_ROOM_MM = 0.3
"""Up to here what is left between two parts is filled with glue; more is an open channel."""
APART = 15.0
"""Least CIEDE2000 of two materials side by side."""
_EDGE = 0.13
"""Share of a ring's width that the lines on each edge take."""
MOSAIC = (
    "ddddddddddddd",
    "dlldddrdddlld",
    "dllddrrrddlld",
    "dddddrgrddddd",
    "dddrrrgrrrddd",
    "ddrrgglggrrdd",
    "dddrrrgrrrddd",
    "dddddrgrddddd",
    "dllddrrrddlld",
    "dlldddrdddlld",
    "ddddddddddddd",
)
"""A flower between corner squares, as seen on classical guitars: a row per strip, from the inner edge outwards."""
_MOSAIC_COLOURS = {"d": "#2a1d18", "l": "#efdcb2", "r": "#a03a2a", "g": "#4d7a4a"}


@dataclass(frozen=True, slots=True)
class Ring:
    """A ring to be drawn. [mm]"""

    inner: float
    outer: float
    pattern: str
    look: Look
    material_id: str
    chosen: bool
    """Whether the design names the material."""
    seed: int

    @property
    def plain(self) -> bool:
        """Whether it is too thin for its pattern to be seen, and is drawn in one colour."""
        return self.width < _THINNEST_PATTERN_MM

    @property
    def middle(self) -> float:
        return (self.inner + self.outer) / 2

    @property
    def width(self) -> float:
        return self.outer - self.inner

    @property
    def line(self) -> float:
        """Width of each of the two lines on an edge."""
        return min(0.5, self.width * _EDGE / 2)

    @property
    def mosaic_colours(self) -> Mapping[str, str]:
        return _MOSAIC_COLOURS | ({"r": self.look.ground} if self.chosen else {})

    def pieces(self, share_of_width: float) -> int:
        """How many pieces go around whose length is a share of what is left between the lines."""
        length = (self.width - 4 * self.line) * share_of_width
        return max(24, min(_MOST_PIECES, round(TURN * self.middle / max(length, 0.3))))

    @property
    def motifs(self) -> int:
        """How many motifs of the mosaic go around; in a thin ring they are stretched."""
        tile = (self.width - 4 * self.line) / len(MOSAIC)
        return max(6, min(_MOST_PIECES, round(TURN * self.middle / (tile * len(MOSAIC[0])))))


@dataclass(frozen=True, slots=True)
class Void:
    """What is routed and not filled by a ring. [mm]"""

    inner: float
    outer: float

    @property
    def glued(self) -> bool:
        """Whether it is no more than room for glue."""
        return self.outer - self.inner <= _GLUE_ROOM_MM


@dataclass(frozen=True, slots=True)
class Layout:
    """A rosette to be drawn. [mm]"""

    rings: Sequence[Ring]
    inner: float
    outer: float
    hole: float
    top: Look
    voids: Sequence[Void] = ()
    left_out: int = 0
    """Rings of the design that cannot be shown, or are too many."""

    @property
    def half_width(self) -> float:
        return self.outer * _MARGIN


def lay_out(design: Members, top_material_id: str = "") -> Layout:
    """What the picture of a design shows: at most 24 rings within 300 mm, whatever was recorded.

    Args:
        design: `rmos.type.v1.Design` as JSON, with a rosette channel or rosette rings.
        top_material_id: Of the plate around the rosette; one that no picture knows is shown as spruce.

    Raises:
        NothingToDrawError: It holds no rings with radius and width.
    """
    every = rings_of(design)
    given = [ring for ring in every if is_drawable(ring)][:MOST_RINGS]
    if not given:
        raise NothingToDrawError("the design holds no rings to draw; give rosette_channel.rings or rosette_rings")
    top = look_of(top_material_id, TOP)
    rings = [_ring(ring, 100 * (index + 1)) for index, ring in enumerate(given)]
    channel = design.get("rosette_channel", {})
    inner = min([ring.inner for ring in rings] + _radius(channel, "inner_radius_mm"))
    outer = max([ring.outer for ring in rings] + _radius(channel, "outer_radius_mm"))
    hole = next(iter(_radius(channel, "soundhole_radius_mm")), inner * 0.92)
    voids = _voids(rings, inner, outer) if channel else ()
    return Layout(_set_off(rings, top), inner, outer, hole, top, voids, len(every) - len(rings))


def _voids(rings: Sequence[Ring], inner: float, outer: float) -> Sequence[Void]:
    """What is left of a channel between and beside its rings."""
    voids, reached = [], inner
    for ring in sorted(rings, key=lambda ring: ring.inner):
        if ring.inner - reached > _THINNEST_VOID_MM:
            voids.append(Void(reached, ring.inner))
        reached = max(reached, ring.outer)
    if outer - reached > _THINNEST_VOID_MM:
        voids.append(Void(reached, outer))
    return voids


def _set_off(rings: Sequence[Ring], top: Look) -> Sequence[Ring]:
    """The rings, those of one material each a little lighter or darker where it would run into its neighbour."""
    ordered = sorted(rings, key=lambda ring: ring.inner)
    before, moved = top.ground, {}
    for place, ring in enumerate(ordered):
        look = ring.look
        if ring.pattern == "SOLID":
            last = place == len(ordered) - 1
            look = replace(
                look, ground=told_apart(look.ground, [before, top.ground] if last else [before], least=APART)
            )
            before = look.ground
        else:
            before = DARK.ground  # the line on their edge
        moved[ring.seed] = replace(ring, look=look)
    return [moved[ring.seed] for ring in rings]


def _radius(channel: Members, name: str) -> list[float]:
    """A radius of the channel, if it is one that can be shown."""
    value = channel.get(name)
    return [value] if value is not None and 0 < value <= LARGEST_RADIUS_MM else []


def _ring(ring: Members, seed: int) -> Ring:
    pattern, material_id = ring.get("pattern", "SOLID"), ring.get("material_id", "")
    fallback = look_of(_FALLBACKS.get(pattern, ""), LIGHT)
    inner = float(ring["inner_radius_mm"])
    return Ring(
        inner=inner,
        outer=inner + float(ring["width_mm"]),
        pattern=pattern,
        look=look_of(material_id, fallback),
        material_id=material_id,
        chosen=bool(material_id),
        seed=seed,
    )


def purfling_layers(ring: Ring, dark: Look, light: Look) -> list[tuple[float, float, Look]]:
    """Edges and looks of the veneers of a purfling; the chosen material in the middle when there is room for it."""
    shares: list[tuple[float, Look]] = [(1, dark), (1, light), (1, dark)]
    if ring.width >= 1.5:
        shares = [(1, dark), (1, light), (2.4, ring.look), (1, light), (1, dark)]
    total = sum(share for share, _ in shares)
    layers, edge, before = [], ring.inner, ""
    for share, shown in shares:
        look = replace(shown, ground=told_apart(shown.ground, [before] if before else [], least=APART))
        before = look.ground
        layers.append((edge, edge + ring.width * share / total, look))
        edge = layers[-1][1]
    return layers
