"""What of the catalogue may stand in for an entry: of the same kind, and nearest in the number that counts most."""

from collections.abc import Iterator, Mapping
from math import log

from feasibility_svc.domain.inputs.context import Machine, Material, Tool

MOST_NEAR = 3
_NUMBERS: Mapping[type, str] = {
    Tool: "diameter_mm",
    Material: "density_kg_per_m3",
    Machine: "spindle_power_w",
}
_WORDS: Mapping[type, tuple[str, ...]] = {
    Tool: ("kind", "flute_direction"),
    Material: ("kind",),
    Machine: ("tier",),
}


def near_entries(
    missed: Material | Tool | Machine, others: Mapping[str, Material] | Mapping[str, Tool] | Mapping[str, Machine]
) -> list[str]:
    """The ids of what is most alike, at most three; nothing of another kind.

    >>> bits = {"a": Tool(kind="END_MILL", diameter_mm=8), "b": Tool(kind="END_MILL", diameter_mm=3)}
    >>> near_entries(Tool(kind="END_MILL", diameter_mm=3.2), bits)
    ['b', 'a']
    """
    first, *rest = _WORDS[type(missed)]
    ranked = []
    for entry_id, other in _items(others):
        if getattr(other, first) == getattr(missed, first):
            distance = _distance(missed, other)
            differing = sum(getattr(other, word) != getattr(missed, word) for word in rest)
            ranked.append((distance is None, differing, distance or 0.0, entry_id))
    return [entry_id for *_, entry_id in sorted(ranked)[:MOST_NEAR]]


def _items(
    others: Mapping[str, Material] | Mapping[str, Tool] | Mapping[str, Machine],
) -> Iterator[tuple[str, Material | Tool | Machine]]:
    yield from others.items()


def _distance(missed: Material | Tool | Machine, other: Material | Tool | Machine) -> float | None:
    """How far two sizes are apart, as a ratio; None where one is not stated."""
    name = _NUMBERS[type(missed)]
    one, two = getattr(missed, name), getattr(other, name)
    return abs(log(one / two)) if one and two else None
