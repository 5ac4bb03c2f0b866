"""Which rosettes can be drawn: what is refused in a new design, and what is left out of a recorded one."""

from collections.abc import Iterator, Sequence

from foundation.errors import InvalidFieldsError, Violation
from runs_svc.domain.runs.rings import LARGEST_RADIUS_MM, Members
from runs_svc.domain.shop.woods import LOOKS

MOST_RINGS = 24
_TOUCHING_MM = 1e-6
_PRESSED_MM = 0.1
"""So far a ring may stand over the edge of its channel: it is pressed in, or trimmed."""


def check_drawable(design: Members, path: str = "design") -> None:
    """Refuse a rosette that no picture can show as it is described.

    Raises:
        InvalidFieldsError: A radius or width is out of range, or rings lie in the sound hole or over each other.
    """
    violations = [violation for name in _OPERATIONS for violation in _violations(design.get(name), f"{path}.{name}")]
    if violations:
        raise InvalidFieldsError(violations)


def check_materials(design: Members, path: str = "design") -> None:
    """Refuse a ring of a material that the pictures do not know: it would be shown as another one.

    Raises:
        InvalidFieldsError: There is one.
    """
    for name in _OPERATIONS:
        for index, ring in enumerate((design.get(name) or {}).get("rings", [])):
            check_material(ring.get("material_id", ""), f"{path}.{name}.rings[{index}].material_id")


def check_material(material_id: str, path: str) -> None:
    """Refuse a material that the pictures do not know.

    Raises:
        InvalidFieldsError: It is one.
    """
    if material_id and material_id not in LOOKS:
        raise InvalidFieldsError.one(path, f"no picture knows {material_id!r}; leave it out or take a built-in one")


_OPERATIONS = ("rosette_channel", "rosette_rings")
_RADII = ("soundhole_radius_mm", "inner_radius_mm", "outer_radius_mm")


def _violations(operation: Members | None, path: str) -> Iterator[Violation]:
    if operation is None:
        return
    rings = operation.get("rings", [])
    if len(rings) > MOST_RINGS:
        yield Violation(f"{path}.rings", f"{len(rings)} rings; allowed: at most {MOST_RINGS}")
        return
    named = [(name, operation) for name in _RADII]
    named += [(f"rings[{index}].{name}", ring) for index, ring in enumerate(rings) for name in _OF_RING]
    wrong = [violation for name, holder in named for violation in _out_of_range(name, holder, path)]
    yield from wrong or [
        *_misplaced(rings, operation.get("soundhole_radius_mm") or 0.0, path),
        *_outside(rings, operation, path),
    ]


_OF_RING = ("inner_radius_mm", "width_mm")


def _out_of_range(name: str, holder: Members, path: str) -> Iterator[Violation]:
    value = holder.get(name.rpartition(".")[2])
    if value is not None and not 0 < value <= LARGEST_RADIUS_MM:
        yield Violation(f"{path}.{name}", f"{value:g} is not within 0 (exclusive) to {LARGEST_RADIUS_MM:g} mm")


def _misplaced(rings: Sequence[Members], hole_mm: float, path: str) -> Iterator[Violation]:
    """Rings that reach into the sound hole, over the edge of what is drawn, or into their neighbour."""
    placed = sorted(
        (ring["inner_radius_mm"], ring["inner_radius_mm"] + ring["width_mm"], index)
        for index, ring in enumerate(rings)
        if ring.get("inner_radius_mm") is not None and ring.get("width_mm") is not None
    )
    before_mm, before = hole_mm, "the sound hole"
    for inner, outer, index in placed:
        field = f"{path}.rings[{index}]"
        if inner < before_mm - _TOUCHING_MM:
            yield Violation(
                f"{field}.inner_radius_mm", f"{inner:g} mm lies in {before}, which ends at {before_mm:g} mm"
            )
        if outer > LARGEST_RADIUS_MM:
            yield Violation(f"{field}.width_mm", f"the ring ends at {outer:g} mm; allowed: {LARGEST_RADIUS_MM:g} mm")
        before_mm, before = max(outer, before_mm), f"rings[{index}]"


def _outside(rings: Sequence[Members], channel: Members, path: str) -> Iterator[Violation]:
    """A channel that ends before it begins, and rings that do not lie in theirs."""
    first, last = channel.get("inner_radius_mm"), channel.get("outer_radius_mm")
    if first is not None and last is not None and last <= first:
        yield Violation(
            f"{path}.outer_radius_mm", f"{last:g} mm is not beyond the inner radius of the channel, {first:g} mm"
        )
        return
    for index, ring in enumerate(rings):
        inner, width = ring.get("inner_radius_mm"), ring.get("width_mm")
        if inner is None or width is None:
            continue
        if first is not None and inner < first - _PRESSED_MM:
            yield Violation(
                f"{path}.rings[{index}].inner_radius_mm",
                f"{inner:g} mm lies outside the channel, which begins at {first:g} mm",
            )
        if last is not None and inner + width > last + _PRESSED_MM:
            yield Violation(
                f"{path}.rings[{index}].width_mm",
                f"the ring ends at {inner + width:g} mm, outside the channel, which ends at {last:g} mm",
            )
