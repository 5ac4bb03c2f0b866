"""Decide about an asset; when an approval is taken back, mark what used it.

The exports it left in are marked, the runs it was attached to get a note. Neither is changed otherwise.
"""

from contextlib import suppress
from uuid import NAMESPACE_OID, uuid5

from foundation.call import Call
from foundation.canonical_json import JsonObject
from runs_svc.domain.advisory.asset import Asset, AssetState, Review
from runs_svc.domain.advisory.errors import ReviewAlreadyDecidedError
from runs_svc.domain.errors import RunWithdrawnError
from runs_svc.domain.ids import RunId
from runs_svc.domain.runs.amendments import AmendmentKind
from runs_svc.usecases.advisory.assets import Assets
from runs_svc.usecases.advisory.exports import Exports
from runs_svc.usecases.entities.entity import Revision
from runs_svc.usecases.runs.amend import AmendRun, NewAmendment
from runs_svc.usecases.runs.sizes import LARGEST_OF_ALL


class ReviewAsset:
    def __init__(self, assets: Assets, exports: Exports, amend_run: AmendRun) -> None:
        self._assets = assets
        self._exports = exports
        self._amend_run = amend_run

    async def review(
        self, asset_id: str, review: Review, *, idempotency_key: str | None = None, call: Call
    ) -> Revision[Asset]:
        """The asset after a decision.

        Raises:
            As `Assets.review`.
        """
        try:
            decided = await self._assets.review(asset_id, review, idempotency_key=idempotency_key, call=call)
        except ReviewAlreadyDecidedError:
            await self._mark((await self._assets.get(asset_id)).entity, call)  # the deciding call may have been cut off
            raise
        await self._mark(decided.entity, call)
        return decided

    async def _mark(self, asset: Asset, call: Call) -> None:
        """Mark what used an asset whose approval was taken back; doing it twice changes nothing."""
        review = asset.review
        if review is None or not review.reversal or review.decision is not AssetState.REJECTED:
            return
        for export_id in asset.exports:
            await self._exports.mark_revoked(export_id, asset.asset_id, call=call)
        text = (
            f"the approval of assets/{asset.asset_id} was taken back: {review.rejection_reason} {review.note}".strip()
        )
        body: JsonObject = {"person": review.reviewer, "note": text, "meta": {}}
        key = str(uuid5(NAMESPACE_OID, f"{asset.asset_id} {asset.reviewed_at_utc}"))
        # a run that has no room for notes must hear of it
        note = NewAmendment(AmendmentKind.ANNOTATION, body, idempotency_key=key, most_bytes=LARGEST_OF_ALL)
        for run_id in asset.runs:
            with suppress(RunWithdrawnError):  # nothing is added to it any more
                await self._amend_run.amend(RunId(run_id), note, call=call)
