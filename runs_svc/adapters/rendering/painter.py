"""Pictures of rosettes as bytes."""

import io
import zlib

from foundation.canonical_json import JsonObject
from runs_svc.adapters.rendering.picture.vector.rosette import draw_rosette
from runs_svc.adapters.rendering.workers import Workers

_LEVEL = 6  # with runs only: smaller and faster than level 1 with a search


class Painter:
    """SVG as drawn; PNG of the pixels. One picture after the other: the largest takes 400 MB while it is painted."""

    def __init__(self) -> None:
        self._workers = Workers(1)

    async def paint(self, design: JsonObject, *, size_px: int, mime: str) -> bytes:
        return await self._workers.run(paint, design, size_px=size_px, mime=mime)


def paint(design: JsonObject, *, size_px: int, mime: str) -> bytes:
    """The picture, at once."""
    if mime == "image/svg+xml":
        return draw_rosette(design, size_px=size_px).encode()
    from PIL import Image  # these two take longer to load than the server has to start

    from runs_svc.adapters.rendering.picture.pixels.rosette import paint_rosette

    written = io.BytesIO()
    image = Image.fromarray(paint_rosette(design, size_px=size_px))
    image.save(written, "PNG", compress_level=_LEVEL, compress_type=zlib.Z_RLE)
    return written.getvalue()
