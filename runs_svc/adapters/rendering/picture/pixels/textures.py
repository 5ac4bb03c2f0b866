"""Textures: colour at each of many points. Coordinates in mm, colours 0 to 255 as float32 rows."""

from collections.abc import Callable
from functools import cache

import numpy as np
import numpy.typing as npt

from runs_svc.domain.shop.woods import SHELL_TINTS, Look

Array = npt.NDArray[np.float32]
_TURN = np.float32(2 * np.pi)


@cache
def rgb(colour: str) -> Array:
    """The colour of a text such as "#ecd3a4"."""
    return np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)], dtype=np.float32)


def mix(first: Array, second: Array, share: Array) -> Array:
    """From the first colour (share 0) to the second (share 1), for each point."""
    return first + (second - first) * share[:, None]


def wood(x: Array, y: Array, look: Look, seed: int) -> Array:
    """Grain along y: lines of several widths, bent a little; streaks and curl where the wood has them."""
    bend = {"straight": 0.10, "plain": 0.25, "shell": 0.0}.get(look.surface, 0.45)
    phase = np.float32(seed * 1.618 % 6.28)
    across = x + np.float32(bend) * np.sin(y * np.float32(0.11) + phase)
    turns = across * (_TURN / np.float32(look.spacing_mm))
    lines = np.sin(turns + phase) * np.sin(turns * np.float32(0.37) + 2 * phase)
    lines += np.float32(0.6) * np.sin(turns * np.float32(2.71) + phase * 3)
    strength = np.float32(0.25 if look.surface == "plain" else 0.55)
    colour = mix(
        rgb(look.ground), rgb(look.grain), np.clip(np.float32(0.35) + lines * np.float32(0.45), 0, 1) * strength
    )
    if look.surface == "streaked":
        streak = np.clip(np.sin(turns * np.float32(0.083) + phase * 5) * np.float32(1.6) - np.float32(0.6), 0, 1)
        colour = mix(colour, rgb(look.grain), streak * np.float32(0.6))
    if look.surface == "curly":
        curl = np.sin(y * np.float32(2.6) + np.float32(1.4) * np.sin(x * np.float32(0.5) + phase))
        colour *= np.float32(1) + np.float32(0.13) * curl[:, None]
    return colour


def shell(x: Array, y: Array, turn: Array, pieces: int, material_id: str) -> Array:
    """Pieces of shell, each with its own play of colours, and the joints between them."""
    tints = np.stack([rgb(tint) for tint in SHELL_TINTS.get(material_id, SHELL_TINTS["mother_of_pearl"])])
    place = turn * np.float32(pieces)
    piece = np.floor(place)
    own = np.sin(piece * np.float32(12.9898)) * np.float32(43.758)
    flow = np.sin(x * np.float32(0.9) + own + np.float32(1.9) * np.sin(y * np.float32(0.7) + own))
    flow += np.float32(0.6) * np.sin(y * np.float32(2.3) - x * np.float32(1.1) + np.float32(2.0) * own)
    index = (np.float32(0.5) + np.float32(0.31) * flow).clip(0, 0.999) * np.float32(len(tints) - 1)
    lower = index.astype(np.intp)
    colour = tints[lower] + (tints[np.minimum(lower + 1, len(tints) - 1)] - tints[lower]) * (index - lower)[:, None]
    gleam = np.float32(1) + np.float32(0.16) * np.sin(x * np.float32(3.7) + y * np.float32(2.9) + own)
    joint = np.abs(place - piece - np.float32(0.5)) > np.float32(0.492)
    result: Array = colour * np.where(joint, np.float32(0.35), gleam)[:, None]
    return result


def bars(phase: Array, share: float, softness: float) -> Array:
    """1 within the first share of each period, 0 in the rest, with soft edges.

    Args:
        phase: Place in periods.
        share: Share of a period, 0 to 1.
        softness: Width of an edge in periods.
    """
    offset = phase - np.floor(phase) - np.float32(share / 2)
    offset -= np.round(offset)
    distance = np.float32(share / 2) - np.abs(offset)
    covered: Array = np.clip(distance / np.float32(softness) + np.float32(0.5), 0, 1)
    return covered


Texture = Callable[[Array, Array, Array, Array], Array]
"""Colour at points given by x, y, radius and turn (0 to 1)."""
