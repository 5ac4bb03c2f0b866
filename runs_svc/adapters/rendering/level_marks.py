"""Shapes of levels, in black and white: the shape and its word tell them apart, never a colour."""

from collections.abc import Mapping

from markupsafe import Markup

_HEAD = '<svg class="mark" viewBox="0 0 24 24" aria-hidden="true" fill="none" stroke="#000" stroke-width="1.8">'
_CIRCLE = '<circle cx="12" cy="12" r="10.2"/><path d="M7 12.5l3.500 3.500L17 8.500"/>'
_TRIANGLE = '<path d="M12 2.2L23 21.500H1z" stroke-linejoin="round"/><path d="M12 9v6M12 17.600v1.600"/>'
_OCTAGON = (
    '<path d="M8 1.500h8l6.500 6.500v8L16 22.500H8L1.500 16V8z" fill="#000"/>'
    '<path d="M6 12h12" stroke="#fff" stroke-width="3"/>'
)
_DIAMOND = '<path d="M12 1L23 12 12 23 1 12z"/><path d="M9.500 9.500a2.500 2.500 0 1 1 2.500 3v1.800M12 16.600v1.600"/>'
_SQUARE = '<path d="M2 2h20v20H2z"/><path d="M7 7l10 10M17 7L7 17"/>'
_SHAPES: Mapping[str, str] = {
    "GREEN": _CIRCLE,
    "YELLOW": _TRIANGLE,
    "WARNING": _TRIANGLE,
    "RED": _OCTAGON,
    "ERROR": _SQUARE,
    "UNKNOWN": _DIAMOND,
    "NOT_VERIFIABLE": _DIAMOND,
}


def level_mark(level: str) -> Markup:
    """The shape of a level as an SVG element; that of UNKNOWN for a level without one."""
    return Markup(f"{_HEAD}{_SHAPES.get(level, _DIAMOND)}</svg>")  # noqa: S704  # nothing of a caller stands in it
