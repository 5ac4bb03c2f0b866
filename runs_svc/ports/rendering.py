"""What leaves for people and machines: packs, sheets, pictures, training sets."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import IO, Protocol

from foundation.canonical_json import JsonMapping
from runs_svc.domain.advisory.asset import Picture
from runs_svc.domain.sheet.sheet import SetupSheet
from runs_svc.domain.shop.views import View


@dataclass(frozen=True, slots=True)
class PackedFile:
    """A finished zip on disk, gone when it is closed."""

    filename: str
    size_bytes: int
    sha256: str
    entries: Sequence[str]
    content: IO[bytes]


class Pack(Protocol):
    """A zip being written. The same files give the same bytes."""

    async def add(self, name: str, content: AsyncIterator[bytes]) -> None:
        """The next file."""
        ...

    async def finish(self, filename: str) -> PackedFile:
        """The whole zip."""
        ...

    def close(self) -> None:
        """Give up."""
        ...


class PackWriter(Protocol):
    """Where zips are written."""

    def open(self, size_bytes: int) -> Pack:
        """A zip that will hold so many bytes.

        Raises:
            TooManyPacksError: Others take the room; it is given back when they are closed.
            StorageFullError: The disk has no room for it.
        """
        ...


@dataclass(frozen=True, slots=True)
class RosetteScene:
    """What a picture of a rosette shows."""

    design: JsonMapping
    """`rmos.type.v1.Design` as JSON."""
    top_material_id: str = ""
    """Of the plate around it. Empty: spruce."""
    view: View = View.WHOLE


class RosettePainter(Protocol):
    """Draws rosettes. The same scene gives the same bytes, and both kinds of picture show the same."""

    async def paint(self, scene: RosetteScene, *, size_px: int, mime: str) -> bytes:
        """The picture, `image/svg+xml` or `image/png`.

        Raises:
            NothingToDrawError: The design holds no rings.
        """
        ...


class PictureReader(Protocol):
    """Decodes pictures."""

    async def read(self, data: bytes) -> Picture | None:
        """What a picture shows, turned upright; None when the bytes are none that can be decoded."""
        ...

    async def normalise(self, data: bytes) -> bytes:
        """The same picture upright, in sRGB of 8 bits, as PNG without metadata.

        Raises:
            ValueError: The bytes are none that can be decoded.
        """
        ...


class TrainingSetWriter(Protocol):
    """A training set being written."""

    def add(self, path: str, content: bytes) -> str:
        """A file of the set, and its digest."""
        ...

    def finish(self) -> None:
        """Make the set appear whole. One that is there and the same stays; another one is set aside."""
        ...

    def discard(self) -> None:
        """Leave nothing of what is not finished."""
        ...


class TrainingStore(Protocol):
    """Where training sets are stored."""

    def open(self, name: str) -> TrainingSetWriter: ...

    def altered(self, name: str, files: Mapping[str, str]) -> Sequence[str]:
        """Which files of a set are missing, have another digest, or are pictures, captions or settings too many."""
        ...


class SheetPaper(StrEnum):
    """On what a sheet is printed."""

    A4 = "A4"
    LETTER = "letter"


@dataclass(frozen=True, slots=True)
class PrintedSheet:
    """A setup sheet on its way to paper."""

    sheet: SetupSheet
    paper: SheetPaper
    printed_at_utc: str
    """"" where the time of printing is left out."""
    picture: bytes = b""
    """The rosette of its design, as SVG for HTML and as PNG for PDF; empty where it has none."""


class SheetWriter(Protocol):
    """Lays out a setup sheet."""

    def write(self, printed: PrintedSheet) -> bytes: ...
