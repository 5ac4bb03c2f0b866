"""Make pictures and store each as an asset that waits for a person.

1. the prompt is read; a provider that is not there or not configured is refused before anything else
2. what the call could cost is reserved; a budget that does not allow it refuses the call
3. the provider is called, within the caller's deadline
4. what it really cost is settled, whatever happened; what it may have cost counts where nobody knows
5. each picture becomes an asset
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from time import perf_counter

from foundation import canonical_json
from foundation.call import Call
from foundation.canonical_json import JsonObject
from runs_svc.domain.advisory.asset import BUILT_IN, Asset, Generation
from runs_svc.domain.advisory.errors import (
    PromptRefusedError,
    ProviderAccountError,
    ProviderNotConfiguredError,
    ProviderNotFoundError,
    ProviderUnavailableError,
    RequestRefusedError,
)
from runs_svc.domain.advisory.money import shares_usd
from runs_svc.domain.advisory.prompt import Reading, compose_prompt, prompt_sha256, read_prompt
from runs_svc.domain.errors import IdempotencyKeyReusedError
from runs_svc.ports import IdSource, ImageProvider, ImageRequest, MadeImages
from runs_svc.usecases.advisory.assets import Assets
from runs_svc.usecases.advisory.budget import Budget, Spending
from runs_svc.usecases.advisory.intake import ImageIntake
from runs_svc.usecases.entities.entity import Revision

_TOLD = (
    ProviderNotConfiguredError,
    ProviderAccountError,
    PromptRefusedError,
    RequestRefusedError,
    ProviderUnavailableError,
)
"""Errors that say whether money may have been asked for."""


@dataclass(frozen=True, slots=True)
class GenerateRequest:
    """What a caller asks for."""

    prompt: str
    provider: str
    design: JsonObject
    size_px: int
    count: int
    requester: str
    idempotency_key: str | None = None
    top_material_id: str = ""

    @property
    def payload_sha256(self) -> str:
        """Digest of the request: what the key is bound to."""
        asked: JsonObject = {
            "prompt": self.prompt,
            "provider": self.provider,
            "design": self.design,
            "size_px": self.size_px,
            "count": self.count,
            "requester": self.requester,
        }
        if self.top_material_id:
            asked["top_material_id"] = self.top_material_id
        return canonical_json.sha256_hex(canonical_json.dumps(asked))


@dataclass(frozen=True, slots=True)
class Generated:
    """The assets, and the prompts as they were sent."""

    assets: Sequence[Revision[Asset]]
    used_prompt: str
    negative_prompt: str
    replayed: bool = False


class GenerateImages:
    def __init__(
        self,
        providers: Mapping[str, ImageProvider],
        unconfigured: Mapping[str, str],
        assets: Assets,
        intake: ImageIntake,
        budget: Budget,
        *,
        ids: IdSource,
    ) -> None:
        self._providers = providers
        self._unconfigured = unconfigured
        self._assets = assets
        self._intake = intake
        self._budget = budget
        self._ids = ids

    async def generate(self, request: GenerateRequest, *, call: Call) -> Generated:
        """The pictures as assets.

        Raises:
            ProviderNotFoundError, ProviderNotConfiguredError: Nobody can make them.
            BudgetExhaustedError: They could cost too much; nothing was spent.
            NothingToDrawError, PromptRefusedError, RequestRefusedError: The provider makes none of it.
            ProviderAccountError, ProviderUnavailableError: It makes none now.
        """
        earlier = await self._replayed(request)
        if earlier is not None:
            return earlier
        provider = self._provider(request.provider)
        reading = read_prompt(request.prompt)
        used, negative = compose_prompt(request.prompt, reading) if request.prompt else ("", "")
        asked = ImageRequest(used, negative, request.design, request.size_px, request.count, request.top_material_id)
        spending = Spending(
            request.requester, provider.name, provider.price_usd * request.count, payload_sha256=request.payload_sha256
        )
        reserved = await self._budget.reserve(spending, key=request.idempotency_key, call=call)
        spent_usd, started = spending.cost_usd, perf_counter()
        assets: Sequence[Revision[Asset]] = ()
        try:
            made = await self._ask(provider, asked, call)
            spent_usd, took_ms = made.cost_usd, (perf_counter() - started) * 1e3
            assets = await self._keep(request, asked, provider, reading, made, took_ms=took_ms, call=call)
        except _TOLD as error:
            spent_usd = spending.cost_usd if error.may_charge else 0.0
            raise
        finally:
            asset_ids = [version.entity.asset_id for version in assets]
            unspent_usd = spending.cost_usd - spent_usd
            await self._budget.settle(reserved, unspent_usd=unspent_usd, asset_ids=asset_ids, call=call)
        return Generated(assets, used, negative)

    async def _ask(self, provider: ImageProvider, asked: ImageRequest, call: Call) -> MadeImages:
        """What a provider makes, within the caller's deadline."""
        try:
            async with asyncio.timeout(call.remaining_s()):
                return await provider.generate(asked)
        except TimeoutError as error:
            raise ProviderUnavailableError(f"{provider.name} did not answer within the deadline") from error

    async def _replayed(self, request: GenerateRequest) -> Generated | None:
        """What an earlier call with the same key made.

        Raises:
            IdempotencyKeyReusedError: It was used for another request.
        """
        if request.idempotency_key is None:
            return None
        earlier = await self._budget.find(request.idempotency_key)
        if earlier is None or not earlier.entity.asset_ids:
            return None
        if earlier.entity.payload_sha256 != request.payload_sha256:
            raise IdempotencyKeyReusedError(
                key=request.idempotency_key,
                recorded_sha256=earlier.entity.payload_sha256,
                given_sha256=request.payload_sha256,
            )
        assets = [await self._assets.get(asset_id) for asset_id in earlier.entity.asset_ids]
        used, negative = compose_prompt(request.prompt, read_prompt(request.prompt)) if request.prompt else ("", "")
        return Generated(assets, used, negative, replayed=True)

    async def _keep(
        self,
        request: GenerateRequest,
        asked: ImageRequest,
        provider: ImageProvider,
        reading: Reading,
        made: MadeImages,
        *,
        took_ms: float,
        call: Call,
    ) -> Sequence[Revision[Asset]]:
        """Each picture as an asset."""
        assets = []
        shares = shares_usd(made.cost_usd, len(made.images)) if made.images else ()
        for image, cost_usd in zip(made.images, shares, strict=True):
            content = await self._intake.keep(image.data, image.mime, call=call)
            generation = Generation(
                asked.prompt, asked.negative_prompt, image.seed, image.checkpoint, image.revised_prompt
            )
            asked_for = self._asset(request, provider, reading, call)
            asset = replace(
                asked_for,
                meta={**asked_for.meta, "view": image.view} if image.view else asked_for.meta,
                content=content,
                generation=generation,
                cost_usd=cost_usd,
                generation_time_ms=took_ms / len(made.images),
                provider_request_id=made.provider_request_id,
                warnings=tuple(made.warnings),
            )
            assets.append(await self._assets.add_new(asset, lambda: self._ids.fresh("adv"), call=call))
        return assets

    def _provider(self, name: str) -> ImageProvider:
        name = name or BUILT_IN
        if name in self._providers:
            return self._providers[name]
        if name in self._unconfigured:
            raise ProviderNotConfiguredError(name, self._unconfigured[name])
        raise ProviderNotFoundError(name, ", ".join(sorted({*self._providers, *self._unconfigured})))

    def _asset(self, request: GenerateRequest, provider: ImageProvider, reading: Reading, call: Call) -> Asset:
        return Asset(
            asset_id="",
            asset_type="image",
            source="ai_graphics",
            provider=provider.name,
            model=provider.model,
            created_at_utc=self._assets.now(),
            request_id=call.request_id,
            requester=request.requester,
            prompt=request.prompt,
            prompt_sha256=prompt_sha256(request.prompt),
            reading=reading if reading.category else replace(reading, category="rosette" if request.design else ""),
            confidence=reading.confidence if request.prompt else None,
            meta=_drawn(request),
        )


def _drawn(request: GenerateRequest) -> JsonObject:
    """What an asset keeps of what was to be drawn."""
    drawn: JsonObject = {"design": request.design} if request.design else {}
    if request.design and request.top_material_id:
        drawn["top_material_id"] = request.top_material_id
    return drawn
