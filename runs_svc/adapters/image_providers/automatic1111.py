"""AUTOMATIC1111: POST /sdapi/v1/txt2img answers pictures in base64."""

from rpckit.threads import in_thread
from runs_svc.adapters.image_providers.http import Caller, decode_image
from runs_svc.adapters.image_providers.settings import ProviderSettings
from runs_svc.domain.advisory.errors import PromptRefusedError, ProviderUnavailableError
from runs_svc.ports import ImageRequest, MadeImages


class Automatic1111Provider:
    def __init__(self, name: str, settings: ProviderSettings) -> None:
        self.name = name
        self.model = settings.model or "automatic1111"
        self.price_usd = settings.price_usd
        self._parameters = settings.parameters
        self._caller = Caller(name, settings.base_url)

    async def generate(self, request: ImageRequest) -> MadeImages:
        body = {
            **self._parameters,
            "prompt": request.prompt,
            "negative_prompt": request.negative_prompt,
            "width": request.size_px,
            "height": request.size_px,
            "batch_size": request.count,
        }
        answer = await self._caller.json("POST", "/sdapi/v1/txt2img", body)
        images = answer.get("images") if isinstance(answer, dict) else None
        if not isinstance(images, list):
            raise ProviderUnavailableError(f"{self.name} answers no list of images")
        if not images:
            raise PromptRefusedError(self.name, "it made no picture")
        made = [await in_thread(decode_image, self.name, str(image)) for image in images[: request.count]]
        return MadeImages([data for data, _ in made], made[0][1], cost_usd=self.price_usd * len(made))

    async def close(self) -> None:
        await self._caller.close()
