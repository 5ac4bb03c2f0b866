"""The built-in image provider: draws the rosette of a design. It costs nothing and needs no network."""

from runs_svc.adapters.rendering.painter import Painter
from runs_svc.domain.shop.views import View
from runs_svc.ports import ImageRequest, MadeImage, MadeImages, RosetteScene

_PNG = "image/png"


class RosetteProvider:
    name = "rosette"
    model = "rmos-rosette/2"
    price_usd = 0.0

    def __init__(self, painter: Painter) -> None:
        self._painter = painter

    async def close(self) -> None:
        """Nothing is held open."""

    async def generate(self, request: ImageRequest) -> MadeImages:
        scenes = [RosetteScene(request.design, request.top_material_id, view) for view in list(View)[: request.count]]
        images = [
            MadeImage(
                await self._painter.paint(scene, size_px=request.size_px, mime=_PNG),
                _PNG,
                view="" if scene.view is View.WHOLE else scene.view.value,
            )
            for scene in scenes
        ]
        text = f"the renderer has {len(View)} views of a design: {', '.join(View)}"
        return MadeImages(images, warnings=(text,) if request.count > len(View) else ())
