"""Pictures of rosettes as bytes."""

from runs_svc.adapters.rendering.picture.rosette import draw_rosette
from runs_svc.adapters.rendering.workers import Workers
from runs_svc.ports import RosetteScene


class Painter:
    """SVG as drawn; PNG of the same drawing. One picture after the other: each has a processor for itself."""

    def __init__(self) -> None:
        self._workers = Workers(1)

    async def paint(self, scene: RosetteScene, *, size_px: int, mime: str) -> bytes:
        return await self._workers.run(paint, scene, size_px=size_px, mime=mime)


def paint(scene: RosetteScene, *, size_px: int, mime: str) -> bytes:
    """The picture, at once."""
    svg = draw_rosette(scene.design, size_px=size_px, top_material_id=scene.top_material_id, view=scene.view)
    if mime == "image/svg+xml":
        return svg.encode()
    import resvg_py  # takes longer to load than the server has to start

    return bytes(resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True))
