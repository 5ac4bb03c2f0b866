"""Where the frets of a board stand."""

from collections.abc import Iterator

from foundation.canonical_json import JsonMapping
from foundation.json_members import child, number
from runs_svc.domain.sheet.texts import Said, Texts, Units

MOST_FRETS = 36
_SEMITONES = 12.0


def scales(members: JsonMapping) -> tuple[float, float, float] | None:
    """Scale length of both sides, and the fret that stands square."""
    straight = number(child(members, "straight"), "scale_length_mm")
    if straight is not None:
        return straight, straight, 0.0
    fanned = child(members, "fanned")
    bass, treble = number(fanned, "bass_scale_length_mm"), number(fanned, "treble_scale_length_mm")
    if bass is None or treble is None:
        return None
    return bass, treble, number(fanned, "perpendicular_fret") or 0.0


def places(members: JsonMapping) -> Iterator[tuple[float, float]]:
    """Of each fret how far it stands from the nut, of a fanned board from the nut's bass end: bass and treble. [mm]"""
    found = scales(members)
    if found is None:
        return
    bass, treble, square = found
    shift = _place(bass, square) - _place(treble, square)
    for fret in range(1, min(int(number(members, "fret_count") or 0), MOST_FRETS) + 1):
        yield _place(bass, fret), _place(treble, fret) + shift


def places_text(members: JsonMapping, texts: Texts) -> Said | None:
    """How far each slot is from the nut, in the first unit; None where that is not known."""
    said = [
        _side(bass, texts) if bass == treble else f"{_side(bass, texts)}/{_side(treble, texts)}"
        for bass, treble in places(members)
    ]
    return Said(f"{' · '.join(said)}\u202f{texts.unit}") if said else None


def _side(value_mm: float, texts: Texts) -> str:
    is_mm = texts.units is Units.MM
    return texts.number(value_mm if is_mm else value_mm / 25.4, 2 if is_mm else 3, fixed=True)


def _place(scale_mm: float, fret: float) -> float:
    return float(scale_mm * (1 - 2 ** (-fret / _SEMITONES)))
