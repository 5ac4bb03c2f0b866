"""OpenAI Images through the vendor's SDK.

GPT image models answer base64 and refuse `response_format`, so it is not sent. What answers is read here and not by the
SDK: servers that speak its form leave out what its types demand.
"""

import json
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

import httpx2

from foundation.canonical_json import JsonMapping
from foundation.json_members import as_object, children, text
from runs_svc.adapters.image_providers.http import MOST_RETRIES, UNDELIVERED, client
from runs_svc.adapters.image_providers.pictures import decoded, fetched, keep_good
from runs_svc.adapters.image_providers.refusals import not_json, read_said, refusal, said_in
from runs_svc.adapters.image_providers.settings import ProviderSettings
from runs_svc.domain.advisory.errors import PromptRefusedError, ProviderNotConfiguredError, ProviderUnavailableError
from runs_svc.ports import ImageRequest, MadeImage, MadeImages

_NOT_INSTALLED = "the vendor's library is not installed: pip install 'rmos[openai]', and start the server anew"


class OpenAiProvider:
    def __init__(self, name: str, settings: ProviderSettings, *, api_key: str) -> None:
        self.name = name
        self.model = settings.model
        self.price_usd = settings.price_usd
        self._settings = settings
        self._api_key = api_key
        self._sdk: Any = None

    async def generate(self, request: ImageRequest) -> MadeImages:
        content, request_id = await self._ask(request)
        try:
            answer = as_object(json.loads(content))
        except ValueError as error:
            raise not_json(self.name, content) from error
        items = children(answer, "data")[: request.count]
        if not items:
            if (said := said_in(answer)) is not None:
                raise refusal(self.name, None, said)
            raise PromptRefusedError(self.name, "it made no picture")
        good, warnings = await keep_good(self.name, self._fetching(items))
        made = [
            MadeImage(image.data, image.mime, revised_prompt=text(items[image.number], "revised_prompt"))
            for image in good
        ]
        return MadeImages(
            made,
            cost_usd=self.price_usd * len(items),
            provider_request_id=request_id,
            warnings=warnings,
        )

    async def close(self) -> None:
        if self._sdk is not None:
            await self._sdk.close()

    async def _ask(self, request: ImageRequest) -> tuple[bytes, str]:
        """The body of the answer, and the provider's own id of the request."""
        try:
            import openai  # takes longer to load than the server has to start
        except ImportError as error:
            raise ProviderNotConfiguredError(self.name, _NOT_INSTALLED) from error

        if self._sdk is None:
            caller = client()
            caller.event_hooks = {"response": [_say_whether_again]}
            self._sdk = openai.AsyncOpenAI(
                api_key=self._api_key,
                base_url=self._settings.base_url,
                max_retries=MOST_RETRIES,
                timeout=None,
                http_client=caller,
            )
        prompt = (
            f"{request.prompt}\nDo not show: {request.negative_prompt}" if request.negative_prompt else request.prompt
        )
        size = f"{request.size_px}x{request.size_px}"
        asked = {"size": size, **self._settings.parameters}
        images = self._sdk.images.with_raw_response
        try:
            answer = await images.generate(model=self.model, prompt=prompt, n=request.count, **asked)
        except openai.APIStatusError as error:
            raise refusal(self.name, error.status_code, read_said(error.response.content)) from error
        except (openai.OpenAIError, ValueError, TypeError) as error:
            free = isinstance(error.__cause__, UNDELIVERED)
            raise ProviderUnavailableError(f"{self.name} does not answer: {error}", may_charge=not free) from error
        return answer.content, answer.headers.get("x-request-id", "")

    def _fetching(self, items: Sequence[JsonMapping]) -> Sequence[Callable[[], Awaitable[bytes]]]:
        return [
            partial(fetched, self.name, link, self._settings.base_url)
            if (link := text(item, "url")) and not item.get("b64_json")
            else partial(decoded, self.name, text(item, "b64_json"))
            for item in items
        ]


async def _say_whether_again(response: httpx2.Response) -> None:
    """Tell the SDK not to try again where the account is at fault; it obeys this header."""
    if not response.is_error:
        return
    if read_said(await response.aread()).of_account:
        response.headers["x-should-retry"] = "false"
