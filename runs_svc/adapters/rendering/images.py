"""What a picture is, as Pillow decodes it."""

import io
import struct
import warnings
import zlib

from runs_svc.adapters.rendering.workers import Workers
from runs_svc.domain.advisory.asset import Picture

FORMATS = ("PNG", "JPEG", "WEBP", "BMP")
"""What is decoded, and nothing else: other plug-ins of Pillow start programs (EPS) or fail in ways of their own."""
_MOST_PIXELS = 64_000_000
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


class PictureReader:
    """Decodes one picture after the other: the largest takes 320 MB."""

    def __init__(self) -> None:
        self._workers = Workers(1)

    async def read(self, data: bytes) -> Picture | None:
        return await self._workers.run(read_picture, data)


def read_picture(data: bytes) -> Picture | None:
    """Size, format and perceptual hash of a picture; None when the bytes are none that can be decoded.

    The hash is the difference hash of Krawetz: whether each of 8 x 8 grey pixels is darker than its right neighbour.
    """
    from PIL import Image  # takes longer to load than the server has to start

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                if image.width * image.height > _MOST_PIXELS:
                    return None
                image.load()
                grey = image.convert("L").resize((_HASH_SIDE + 1, _HASH_SIDE), Image.Resampling.LANCZOS)
                format_name = image.format or ""
                size = image.size
    except (*_UNREADABLE, Image.DecompressionBombWarning, Image.DecompressionBombError):
        return None
    pixels = grey.tobytes()
    bits = 0
    for row in range(_HASH_SIDE):
        for column in range(_HASH_SIDE):
            place = row * (_HASH_SIDE + 1) + column
            bits = bits << 1 | (pixels[place] < pixels[place + 1])
    return Picture(size[0], size[1], format_name, f"{bits:016x}")
