"""OpenAI Images through the vendor's SDK.

GPT image models answer base64 and refuse `response_format`, so it is not sent.
"""

from typing import Any

from rpckit.threads import in_thread
from runs_svc.adapters.image_providers.http import MOST_RETRIES, UNDELIVERED, client, decode_image
from runs_svc.adapters.image_providers.settings import ProviderSettings
from runs_svc.domain.advisory.errors import PromptRefusedError, ProviderNotConfiguredError, ProviderUnavailableError
from runs_svc.ports import ImageRequest, MadeImages


class OpenAiProvider:
    def __init__(self, name: str, settings: ProviderSettings, *, api_key: str) -> None:
        self.name = name
        self.model = settings.model
        self.price_usd = settings.price_usd
        self._settings = settings
        self._api_key = api_key
        self._sdk: Any = None

    async def generate(self, request: ImageRequest) -> MadeImages:
        import openai  # takes longer to load than the server has to start

        if self._sdk is None:
            self._sdk = openai.AsyncOpenAI(
                api_key=self._api_key,
                base_url=self._settings.base_url,
                max_retries=MOST_RETRIES,
                timeout=None,
                http_client=client(),
            )
        prompt = (
            f"{request.prompt}\nDo not show: {request.negative_prompt}" if request.negative_prompt else request.prompt
        )
        size = f"{request.size_px}x{request.size_px}"
        asked = {"size": size, **self._settings.parameters}
        try:
            answer = await self._sdk.images.generate(model=self.model, prompt=prompt, n=request.count, **asked)
        except (openai.AuthenticationError, openai.PermissionDeniedError) as error:
            raise ProviderNotConfiguredError(self.name, f"it refuses the credentials: {error.message}") from error
        except (openai.BadRequestError, openai.UnprocessableEntityError, openai.NotFoundError) as error:
            raise PromptRefusedError(self.name, f"{error.code or error.status_code}: {error.message}") from error
        except (openai.OpenAIError, ValueError, TypeError) as error:
            free = isinstance(error, openai.APIStatusError) or isinstance(error.__cause__, UNDELIVERED)
            text = f"{self.name} does not answer: {error}"
            raise ProviderUnavailableError(text, may_charge=not free) from error
        return await in_thread(self._read, answer, request)

    async def close(self) -> None:
        if self._sdk is not None:
            await self._sdk.close()

    def _read(self, answer: Any, request: ImageRequest) -> MadeImages:
        items = getattr(answer, "data", None) or []
        if not items:
            raise PromptRefusedError(self.name, "it made no picture")
        made = [decode_image(self.name, item.b64_json or "") for item in items[: request.count]]
        return MadeImages([data for data, _ in made], made[0][1], cost_usd=self.price_usd * len(made))
