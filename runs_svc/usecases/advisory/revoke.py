"""Decide about an asset; when an approval is taken back, mark what used it.

The runs it was attached to get a note, the exports it left in are marked. Neither is changed otherwise.
"""

from rpckit.call import Call
from rpckit.canonical_json import JsonObject
from runs_svc.domain.advisory.asset import Asset, AssetState, Review
from runs_svc.domain.facts import FactKind
from runs_svc.domain.ids import RunId
from runs_svc.usecases.add_fact import AddFact
from runs_svc.usecases.advisory.assets import Assets
from runs_svc.usecases.advisory.exports import Exports
from runs_svc.usecases.versions import Version


class ReviewAsset:
    def __init__(self, assets: Assets, exports: Exports, add_fact: AddFact) -> None:
        self._assets = assets
        self._exports = exports
        self._add_fact = add_fact

    async def __call__(self, asset_id: str, review: Review, *, call: Call) -> Version[Asset]:
        """The asset after a decision.

        Raises:
            As `Assets.review`.
        """
        decided = await self._assets.review(asset_id, review, call=call)
        if review.reversal and review.decision is AssetState.REJECTED:
            await self._mark(decided.thing, review, call)
        return decided

    async def _mark(self, asset: Asset, review: Review, call: Call) -> None:
        note = (
            f"the approval of assets/{asset.asset_id} was taken back: {review.rejection_reason} {review.note}".strip()
        )
        for run_id in asset.runs:
            body: JsonObject = {"person": review.reviewer, "note": note, "meta": {}}
            await self._add_fact(RunId(run_id), FactKind.ANNOTATION, body, call=call)
        for export_id in asset.exports:
            await self._exports.mark_revoked(export_id, asset.asset_id, call=call)
