"""Ask a language model for another wording of a computed explanation.

It sees the computed text and nothing else. What it answers passes the guards or is thrown away; what passes is an asset
that waits for a person. Nothing of it enters the run.
"""

import asyncio
from dataclasses import dataclass

from foundation.call import Call
from runs_svc.domain.advisory.asset import Asset
from runs_svc.domain.advisory.errors import (
    PromptRefusedError,
    ProviderAccountError,
    ProviderNotConfiguredError,
    ProviderUnavailableError,
    RequestRefusedError,
)
from runs_svc.domain.advisory.rephrasing import refusal_of
from runs_svc.ports import IdSource, LanguageModel
from runs_svc.usecases.advisory.assets import Assets

_NOT_CONFIGURED = "set RMOS_LANGUAGE_MODEL_URL and RMOS_LANGUAGE_MODEL to a chat endpoint and a model it has"
_AWAY = (
    ProviderUnavailableError,
    PromptRefusedError,
    RequestRefusedError,
    ProviderAccountError,
    ProviderNotConfiguredError,
    TimeoutError,
)


@dataclass(frozen=True, slots=True)
class Rephrased:
    """The asset with the other wording, or why there is none."""

    asset_id: str = ""
    refused: str = ""


class Rephrase:
    def __init__(self, model: LanguageModel | None, assets: Assets, *, ids: IdSource) -> None:
        self._model = model
        self._assets = assets
        self._ids = ids

    def check_configured(self) -> None:
        """Refuse before anything is done.

        Raises:
            ProviderNotConfiguredError: There is no language model.
        """
        if self._model is None:
            raise ProviderNotConfiguredError("language model", _NOT_CONFIGURED)

    async def rephrase(self, run_id: str, computed: str, *, call: Call) -> Rephrased:
        """Another wording of a computed text."""
        assert self._model is not None
        try:
            async with asyncio.timeout(call.remaining_s()):
                text = await self._model.rephrase(computed)
        except _AWAY as error:
            return Rephrased(refused=str(error) or "the language model did not answer within the deadline")
        refused = refusal_of(computed, text)
        if refused:
            return Rephrased(refused=refused)
        asset = Asset(
            asset_id="",
            asset_type="analysis",
            source="ai_analysis",
            provider="language model",
            model=self._model.model,
            created_at_utc=self._assets.now(),
            request_id=call.request_id,
            requester=call.identity.name if call.identity else "",
            suggestion_data={"run_id": run_id, "text": text},
        )
        added = await self._assets.add_new(asset, lambda: self._ids.fresh("adv"), call=call)
        return Rephrased(asset_id=added.entity.asset_id)
