"""What a picture is, as Pillow decodes it."""

import hashlib
import io
import struct
import warnings
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from runs_svc.adapters.rendering.beside import CostlyWorkError, Limits, run_beside
from runs_svc.adapters.rendering.workers import Workers
from runs_svc.domain.advisory.asset import MEDIA_TYPES, Picture

if TYPE_CHECKING:
    from PIL import Image

FORMATS = tuple(MEDIA_TYPES)
"""What is decoded, and nothing else: other plug-ins of Pillow start programs (EPS) or fail in ways of their own."""
_MOST_PIXELS = 64_000_000
_SMALL_BYTES = 2 * 1024**2
_SMALL_PIXELS = 4 * 1024**2
_LIMITS = Limits(processor_s=20, wall_s=120.0, memory_bytes=2 * 1024**3)
"""The largest pictures take three to six seconds, and up to 1 GiB."""
_UNREADABLE = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RuntimeError,
    MemoryError,
    struct.error,
    zlib.error,
)
"""What the plug-ins raise at damaged bytes."""
_HASH_SIDE = 8
_DETAIL_SIDE = 24
_ORIENTATION = 0x0112
_METADATA = frozenset(
    {"exif", "xmp", "XML:com.adobe.xmp", "parameters", "comment", "photoshop", "Comment", "Description"}
)
_SHADES, _OPAQUE = 256, 255
_SIZE_CHUNK, _PNG_SIZE = b"IHDR", slice(16, 24)
_PNG_HEAD = b"\x89PNG\r\n\x1a\n\0\0\0\r" + _SIZE_CHUNK
_STRIP = 256
_WORKERS = Workers(1)
"""Of the whole server: pictures that come from a provider are decoded here, too."""
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class _Upright:
    """A picture as people see it: turned, in sRGB, 8 bits a colour, over white, without metadata."""

    image: "Image.Image"
    format: str
    changes: tuple[str, ...]


class PictureReader:
    """Decodes one picture after the other, in a process of its own unless it is small.

    The largest hold the interpreter for a second, and the allocator keeps what they took. A JPEG is decoded once for
    each of its scans, of which it has as many as it likes, in twelve bytes each: an hour of work fits into a megabyte.
    """

    def __init__(self, limits: Limits = _LIMITS) -> None:
        self._limits = limits

    async def read(self, data: bytes) -> Picture | None:
        try:
            return await self._decode(read_picture, data)
        except CostlyWorkError:
            return None

    async def normalise(self, data: bytes) -> bytes:
        try:
            return await self._decode(upright_png, data)
        except CostlyWorkError as error:
            raise ValueError(f"it cannot be decoded: {error}") from error

    async def _decode(self, decode: Callable[[bytes], Made], data: bytes) -> Made:
        if is_small(data):
            return await _WORKERS.run(decode, data)
        return await _WORKERS.run(run_beside, partial(decode, data), self._limits)


def is_small(data: bytes) -> bool:
    """Whether decoding takes a moment: a PNG, which is gone through once, of few bytes and pixels."""
    if len(data) > _SMALL_BYTES or not data.startswith(_PNG_HEAD) or len(data) < _PNG_SIZE.stop:
        return False
    if data.count(_SIZE_CHUNK) > 1:  # a decoder takes the size from the last one
        return False
    width, height = struct.unpack(">II", data[_PNG_SIZE])
    return bool(width * height <= _SMALL_PIXELS)


def read_picture(data: bytes) -> Picture | None:
    """What a picture shows, turned upright; None when the bytes are none that can be decoded.

    The hash is the difference hash of Krawetz: whether each of 8 x 8 grey pixels is darker than its right neighbour.
    The detail is 24 x 24 pixels in colour: fine enough to see one ring of a rosette.
    """
    try:
        upright = _upright(data)
    except _errors():
        return None
    rgb, sampling = upright.image, _pillow().Resampling
    grey = rgb.convert("L").resize((_HASH_SIDE + 1, _HASH_SIDE), sampling.LANCZOS).tobytes()
    bits = 0
    for row in range(_HASH_SIDE):
        for column in range(_HASH_SIDE):
            place = row * (_HASH_SIDE + 1) + column
            bits = bits << 1 | (grey[place] < grey[place + 1])
    detail = rgb.resize((_DETAIL_SIDE, _DETAIL_SIDE), sampling.BOX).tobytes()
    return Picture(
        rgb.width,
        rgb.height,
        upright.format,
        f"{bits:016x}",
        pixel_sha256=_pixel_digest(rgb),
        detail=detail.hex(),
        changes=upright.changes,
    )


def _pixel_digest(rgb: "Image.Image") -> str:
    """Of size and pixels, row by row."""
    digest = hashlib.sha256(f"{rgb.width}x{rgb.height} RGB ".encode())
    for top in range(0, rgb.height, _STRIP):
        digest.update(rgb.crop((0, top, rgb.width, min(top + _STRIP, rgb.height))).tobytes())
    return digest.hexdigest()


def upright_png(data: bytes) -> bytes:
    """The same picture as people see it, as PNG without metadata.

    Raises:
        ValueError: The bytes are none that can be decoded.
    """
    try:
        upright = _upright(data)
    except _errors() as error:
        raise ValueError(f"it is no picture: {error}") from error
    written = io.BytesIO()
    upright.image.save(written, "PNG")
    return written.getvalue()


def _pillow() -> Any:
    from PIL import Image  # takes longer to load than the server has to start

    return Image


def _errors() -> tuple[type[Exception], ...]:
    pillow = _pillow()
    return (*_UNREADABLE, pillow.DecompressionBombWarning, pillow.DecompressionBombError)


def _upright(data: bytes) -> _Upright:
    """The first picture of the bytes, as people see it, and what that changed."""
    pillow = _pillow()
    from PIL import ImageOps

    with warnings.catch_warnings():
        warnings.simplefilter("error", pillow.DecompressionBombWarning)
        with pillow.open(io.BytesIO(data), formats=FORMATS) as opened:
            if opened.width * opened.height > _MOST_PIXELS:
                raise ValueError("it has too many pixels")
            opened.load()
            turned = opened.getexif().get(_ORIENTATION, 1) in range(2, 9)
            changes = ["turned upright"] if turned else []
            changes += ["metadata left out"] if opened.getexif() or opened.info.keys() & _METADATA else []
            image = ImageOps.exif_transpose(opened) if turned else opened
            name = "JPEG" if opened.format == "MPO" else opened.format or ""
    rgb = _srgb(_eight_bit(image, changes), changes)
    rgb.info = {}
    return _Upright(rgb, name, tuple(changes))


def _eight_bit(image: "Image.Image", changes: list[str]) -> "Image.Image":
    if not image.mode.startswith("I"):
        return image
    changes.append("16 bits a pixel made 8")
    darker: Image.Image = image.convert("I").point(lambda shade: shade * (1 / _SHADES))
    return darker.convert("L")


def _srgb(image: "Image.Image", changes: list[str]) -> "Image.Image":
    """Colours in sRGB, over white where the picture lets through."""
    profile = image.info.get("icc_profile")
    alpha = None
    if image.has_transparency_data:
        image = image if image.mode == "RGBA" else image.convert("RGBA")
        alpha = image.getchannel("A")
        image = image.convert("RGB")
    rgb = image if image.mode in {"RGB", "CMYK"} else image.convert("RGB")
    if profile and (converted := _from_profile(rgb, profile)) is not None:
        changes.append("colours converted to sRGB")
        rgb = converted
    rgb = rgb if rgb.mode == "RGB" else rgb.convert("RGB")
    if alpha is None or alpha.getextrema() == (_OPAQUE, _OPAQUE):
        return rgb
    changes.append("laid over white")
    white: Image.Image = _pillow().new("RGB", rgb.size, "white")
    white.paste(rgb, mask=alpha)
    return white


def _from_profile(image: "Image.Image", profile: bytes) -> "Image.Image | None":
    """The picture in sRGB; None where its profile is sRGB already, or of no use."""
    from PIL import ImageCms

    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "srgb" in ImageCms.getProfileDescription(source).lower():
            return None
        return ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None
