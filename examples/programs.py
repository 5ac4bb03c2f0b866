"""Writes the G-code programs beside the job files, for a GRBL router. `python examples/programs.py`

Each follows its job file: millimetres, absolute, spindle on before the first cut, plunge and feed stated, safe Z
between cuts, spindle off and M30 at the end. GRBL knows no canned cycles and no tool changes, so none are used.
"""

from collections.abc import Iterator
from math import ceil
from pathlib import Path

HERE = Path(__file__).parent
SAFE_Z = 5.0


def start(title: str, speed: int) -> Iterator[str]:
    yield f"; {title}"
    yield "G21 G90 G17 G94"
    yield f"G0 Z{SAFE_Z:.3f}"
    yield f"M3 S{speed}"
    yield "G4 P3"


def stop() -> Iterator[str]:
    yield f"G0 Z{SAFE_Z:.3f}"
    yield "M5"
    yield "G0 X0 Y0"
    yield "M30"


def passes(depth: float, stepdown: float) -> list[float]:
    count = ceil(depth / stepdown - 1e-9)
    return [depth * (number + 1) / count for number in range(count)]


def rosette() -> Iterator[str]:
    """Concentric full circles from 46 to 58 mm with a 3.175 mm bit, centre of the sound hole at X0 Y0."""
    yield from start("classical rosette channel, 3.175 mm down-cut, Z0 on the top", 17_000)
    inner, outer, bit = 46.0, 58.0, 3.175
    radii = [inner + bit / 2]
    while radii[-1] < outer - bit / 2 - 1e-9:
        radii.append(min(radii[-1] + 1.5, outer - bit / 2))
    for depth in passes(1.3, 0.65):
        for radius in radii:
            yield f"G0 Z{SAFE_Z:.3f}"
            yield f"G0 X{radius:.4f} Y0.0000"
            yield "G0 Z0.500"
            yield f"G1 Z{-depth:.3f} F300"
            yield f"G2 X{-radius:.4f} Y0.0000 I{-radius:.4f} J0.0000 F1750"
            yield f"G2 X{radius:.4f} Y0.0000 I{radius:.4f} J0.0000"
    yield from stop()


def fret_slots(
    title: str, frets: list[tuple[float, float]], widths: tuple[float, float], depth: float
) -> Iterator[str]:
    """Straight slots across the board, each pass there and back; X along the strings, nut at X0, Y0 the centre line."""
    yield from start(title, 24_000)
    last = max(max(frets))
    for bass, treble in frets:
        half = (widths[0] + (widths[1] - widths[0]) * max(bass, treble) / last) / 2 + 1.0
        ends = [(bass, half), (treble, -half)]
        yield f"G0 Z{SAFE_Z:.3f}"
        yield f"G0 X{ends[0][0]:.4f} Y{ends[0][1]:.4f}"
        yield "G0 Z0.500"
        for number, z in enumerate(passes(depth, 0.5)):
            yield f"G1 Z{-z:.3f} F200"
            x, y = ends[(number + 1) % 2]
            yield f"G1 X{x:.4f} Y{y:.4f} F1700"
    yield from stop()


def position(scale: float, fret: float) -> float:
    return scale * (1 - 2 ** (-fret / 12))


def straight_frets() -> list[tuple[float, float]]:
    return [(position(647.7, fret), position(647.7, fret)) for fret in range(1, 25)]


def fanned_frets() -> list[tuple[float, float]]:
    shift = position(686.0, 7) - position(648.0, 7)
    return [(position(686.0, fret), position(648.0, fret) + shift) for fret in range(1, 25)]


def pocket() -> Iterator[str]:
    """A rectangular pocket from the inside out, ramping in along X; X0 Y0 its lower left corner."""
    yield from start("mahogany body, neck pocket, 6.35 mm down-cut, Z0 on the body", 17_000)
    bit, step, length, width = 6.35, 3.2, 76.0, 56.0
    offsets = [bit / 2]
    while offsets[-1] + step < min(length, width) / 2:
        offsets.append(offsets[-1] + step)
    z_before = 0.0
    for depth in passes(16.0, 2.7):
        inner = offsets[-1]
        yield f"G0 Z{SAFE_Z:.3f}"
        yield f"G0 X{inner:.4f} Y{width / 2:.4f}"
        yield f"G0 Z{-z_before + 0.5:.3f}"
        yield f"G1 Z{-z_before:.3f} F400"
        yield f"G1 X{length - inner:.4f} Z{-depth:.3f} F400"
        yield f"G1 X{inner:.4f} F1300"
        for offset in reversed(offsets):
            yield f"G1 X{offset:.4f} Y{offset:.4f} F1300"
            yield f"G1 X{length - offset:.4f}"
            yield f"G1 Y{width - offset:.4f}"
            yield f"G1 X{offset:.4f}"
            yield f"G1 Y{offset:.4f}"
        z_before = depth
    yield from stop()


def main() -> None:
    programs = {
        "classical_rosette.nc": rosette(),
        "ebony_fretboard.nc": fret_slots(
            "ebony fretboard, 24 slots, 0.584 mm, Z0 on the board", straight_frets(), (43.0, 57.0), 2.5
        ),
        "multiscale_fretboard.nc": fret_slots(
            "multiscale rosewood fretboard, 24 slots, 0.584 mm, Z0 on the board", fanned_frets(), (44.0, 60.0), 2.4
        ),
        "mahogany_body_pocket.nc": pocket(),
    }
    for name, lines in programs.items():
        (HERE / name).write_text("\n".join(lines) + "\n", encoding="ascii")


if __name__ == "__main__":
    main()
