"""AUTOMATIC1111: POST /sdapi/v1/txt2img answers pictures in base64."""

import json
from collections.abc import Sequence
from functools import partial

from foundation.canonical_json import JsonMapping
from runs_svc.adapters.image_providers.http import Caller
from runs_svc.adapters.image_providers.pictures import decoded, keep_good
from runs_svc.adapters.image_providers.refusals import refusal, said_in
from runs_svc.adapters.image_providers.settings import ProviderSettings
from runs_svc.domain.advisory.errors import PromptRefusedError, ProviderUnavailableError
from runs_svc.ports import ImageRequest, MadeImage, MadeImages


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
        if not images and (said := said_in(answer)) is not None:
            raise refusal(self.name, None, said)
        if not isinstance(images, list):
            raise ProviderUnavailableError(f"{self.name} answers no list of images")
        if not images:
            raise PromptRefusedError(self.name, "it made no picture")
        sent = images[: request.count]
        good, warnings = await keep_good(self.name, [partial(decoded, self.name, str(image)) for image in sent])
        info = _info(answer)
        seeds, checkpoint = _seeds(info), str(info.get("sd_model_name") or "")
        made = [
            MadeImage(
                image.data,
                image.mime,
                seed=seeds[image.number] if image.number < len(seeds) else "",
                checkpoint=checkpoint,
            )
            for image in good
        ]
        return MadeImages(made, cost_usd=self.price_usd * len(sent), warnings=warnings)

    async def close(self) -> None:
        await self._caller.close()


def _info(answer: JsonMapping) -> JsonMapping:
    """What it says of the pictures: JSON in a text."""
    try:
        info = json.loads(str(answer.get("info") or "{}"))
    except ValueError:
        return {}
    return info if isinstance(info, dict) else {}


def _seeds(info: JsonMapping) -> Sequence[str]:
    seeds = info.get("all_seeds")
    return [str(seed) for seed in seeds] if isinstance(seeds, list) else [str(info[n]) for n in ("seed",) if n in info]
