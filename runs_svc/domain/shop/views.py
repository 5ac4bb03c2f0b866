"""From where a rosette is looked at."""

from enum import StrEnum


class View(StrEnum):
    """How much of a rosette a picture shows."""

    WHOLE = "WHOLE"
    """All of it, with the sound hole and a margin of the top."""
    QUARTER = "QUARTER"
    """The upper right quarter."""
    CLOSE_UP = "CLOSE_UP"
    """A piece of the rings at the upper edge, about as high as three of their widths."""
