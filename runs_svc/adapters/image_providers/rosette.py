"""The built-in image provider: draws the rosette of a design. It costs nothing and needs no network."""

from runs_svc.adapters.rendering.painter import Painter
from runs_svc.ports import ImageRequest, MadeImage, MadeImages

_PNG = "image/png"


class RosetteProvider:
    name = "rosette"
    model = "rmos-rosette/1"
    price_usd = 0.0

    def __init__(self, painter: Painter) -> None:
        self._painter = painter

    async def close(self) -> None:
        """Nothing is held open."""

    async def generate(self, request: ImageRequest) -> MadeImages:
        image = await self._painter.paint(request.design, size_px=request.size_px, mime=_PNG)
        more = ("the renderer draws one picture of a design, however many are asked for",) if request.count > 1 else ()
        return MadeImages([MadeImage(image, _PNG)], warnings=more)
