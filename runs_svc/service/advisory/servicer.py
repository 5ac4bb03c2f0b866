"""AdvisoryService on the wire."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass

from foundation.call import current_call
from foundation.errors import InvalidFieldsError
from foundation.message_size import FRAME_BYTES, PAGE_BUDGET
from rmos.advisory.v1 import advisory_service_pb2 as pb
from rmos.advisory.v1 import advisory_service_pb2_grpc as pb_grpc
from rpckit.page_tokens import Fitting
from rpckit.server_context import ServicerContext
from runs_svc.domain.advisory.asset import Asset
from runs_svc.domain.errors import AttachmentNotFoundError
from runs_svc.domain.ids import read_idempotency_key
from runs_svc.service.advisory import messages
from runs_svc.service.errors import FORESEEN, write_status
from runs_svc.service.runs.streams import read_bookmark_s
from runs_svc.usecases.advisory.assets import Assets
from runs_svc.usecases.advisory.budget import Budget
from runs_svc.usecases.advisory.generate import GenerateImages
from runs_svc.usecases.advisory.intake import ImageIntake
from runs_svc.usecases.advisory.revoke import ReviewAsset
from runs_svc.usecases.advisory.upload import UploadAsset
from runs_svc.usecases.advisory.watch import WatchAssets
from runs_svc.usecases.entities.entity import Revision

_LARGEST_BATCH = 100


@dataclass(frozen=True, slots=True)
class AdvisoryUsecases:
    """What the service can do."""

    assets: Assets
    intake: ImageIntake
    upload: UploadAsset
    generate: GenerateImages
    review: ReviewAsset
    budget: Budget
    watch: WatchAssets


class AdvisoryServicer(pb_grpc.AdvisoryServiceServicer):
    def __init__(self, usecases: AdvisoryUsecases) -> None:
        self._usecases = usecases
        self._assets = usecases.assets

    async def GenerateImage(
        self, request: pb.GenerateImageRequest, context: ServicerContext
    ) -> pb.GenerateImageResponse:
        made = await self._usecases.generate.generate(messages.read_wanted(request), call=current_call.get())
        if made.replayed:
            context.set_trailing_metadata((("x-idempotent-replay", "true"),))
        return pb.GenerateImageResponse(
            assets=[messages.write_asset(asset) for asset in made.assets],
            used_prompt=made.used_prompt,
            negative_prompt=made.negative_prompt,
        )

    async def UploadAdvisoryAsset(
        self, requests: AsyncIterator[pb.UploadAdvisoryAssetRequest], context: ServicerContext
    ) -> pb.UploadAdvisoryAssetResponse:
        call = current_call.get()
        first = await anext(aiter(requests), None)
        if first is None or first.WhichOneof("part") != "header":
            raise InvalidFieldsError.one("header", "is required, and comes first")
        asset = messages.read_header(first.header, now=self._assets.now(), request_id=call.request_id)
        declared = messages.read_content(first.header)
        version, created = await self._usecases.upload.upload(asset, declared, _chunks(requests), call=call)
        return pb.UploadAdvisoryAssetResponse(
            asset=messages.write_asset(version), created=created, warnings=messages.warnings_of(version.entity)
        )

    async def ListAdvisoryAssets(
        self, request: pb.ListAdvisoryAssetsRequest, context: ServicerContext
    ) -> pb.ListAdvisoryAssetsResponse:
        assets = Fitting(messages.write_asset)
        page, total = await self._assets.page(
            assets,
            filter_text=request.filter,
            order_by=request.order_by,
            page_size=request.page_size,
            page_token=request.page_token,
        )
        return pb.ListAdvisoryAssetsResponse(
            assets=assets.messages,
            next_page_token=page.next_token,
            total_size=total,
            unreachable=[f"assets/{asset_id}" for asset_id in page.unreachable],
        )

    async def ListPendingAdvisoryAssets(
        self, request: pb.ListPendingAdvisoryAssetsRequest, context: ServicerContext
    ) -> pb.ListPendingAdvisoryAssetsResponse:
        assets = Fitting(messages.write_asset)
        page, total = await self._assets.pending(assets, page_size=request.page_size, page_token=request.page_token)
        return pb.ListPendingAdvisoryAssetsResponse(
            assets=assets.messages,
            next_page_token=page.next_token,
            total_size=total,
        )

    async def GetAdvisoryAsset(
        self, request: pb.GetAdvisoryAssetRequest, context: ServicerContext
    ) -> pb.GetAdvisoryAssetResponse:
        events = await self._assets.history(messages.read_asset_name(request.name))
        return messages.write_asset_with_reviews(events)

    async def DownloadAdvisoryAsset(
        self, request: pb.DownloadAdvisoryAssetRequest, context: ServicerContext
    ) -> AsyncIterator[pb.DownloadAdvisoryAssetResponse]:
        asset = (await self._assets.get(messages.read_asset_name(request.name))).entity
        if asset.content is None:
            raise AttachmentNotFoundError("", where=request.name)
        async for piece in self._usecases.intake.pieces(asset.content.sha256):
            yield pb.DownloadAdvisoryAssetResponse(chunk=piece)

    async def ReviewAdvisoryAsset(
        self, request: pb.ReviewAdvisoryAssetRequest, context: ServicerContext
    ) -> pb.ReviewAdvisoryAssetResponse:
        return pb.ReviewAdvisoryAssetResponse(asset=messages.write_asset(await self._review(request)))

    async def _review(self, request: pb.ReviewAdvisoryAssetRequest) -> Revision[Asset]:
        asset_id, review = messages.read_asset_name(request.name), messages.read_review(request)
        key = read_idempotency_key(request.idempotency_key)
        return await self._usecases.review.review(asset_id, review, idempotency_key=key, call=current_call.get())

    async def BatchReviewAdvisoryAssets(
        self, request: pb.BatchReviewAdvisoryAssetsRequest, context: ServicerContext
    ) -> pb.BatchReviewAdvisoryAssetsResponse:
        if not 1 <= len(request.requests) <= _LARGEST_BATCH:
            raise InvalidFieldsError.one("requests", f"{len(request.requests)} reviews; allowed: 1 to {_LARGEST_BATCH}")
        response = pb.BatchReviewAdvisoryAssetsResponse()
        left = PAGE_BUDGET
        for item in request.requests:
            result = await self._review_one(item)
            if result.ByteSize() > left and result.HasField("asset"):
                result = pb.BatchReviewResult(name=result.name)
            left -= result.ByteSize() + FRAME_BYTES
            response.results.append(result)
        return response

    async def _review_one(self, request: pb.ReviewAdvisoryAssetRequest) -> pb.BatchReviewResult:
        """The outcome of one review; what one call would abort with becomes its status."""
        try:
            asset = messages.write_asset(await self._review(request))
            return pb.BatchReviewResult(asset=asset, name=asset.name)
        except FORESEEN as error:
            return pb.BatchReviewResult(error=write_status(error))

    async def SetFavorite(self, request: pb.SetFavoriteRequest, context: ServicerContext) -> pb.SetFavoriteResponse:
        asset = await self._assets.set_favorite(
            messages.read_asset_name(request.name), is_favorite=request.is_favorite, call=current_call.get()
        )
        return pb.SetFavoriteResponse(asset=messages.write_asset(asset))

    async def FindDuplicateAssets(
        self, request: pb.FindDuplicateAssetsRequest, context: ServicerContext
    ) -> pb.FindDuplicateAssetsResponse:
        found = await self._assets.duplicates(messages.read_asset_name(request.name))
        return pb.FindDuplicateAssetsResponse(
            duplicates=[
                pb.DuplicateAsset(
                    name=f"assets/{item.asset_id}",
                    prompt_similarity=item.prompt_similarity,
                    image_distance=item.image_distance,
                    state=pb.AssetState.Value(f"ASSET_STATE_{item.state.upper()}"),
                )
                for item in found
            ]
        )

    async def GetAdvisoryStats(
        self, request: pb.GetAdvisoryStatsRequest, context: ServicerContext
    ) -> pb.GetAdvisoryStatsResponse:
        return messages.write_statistics(await self._assets.statistics(request.filter))

    async def GetBudget(self, request: pb.GetBudgetRequest, context: ServicerContext) -> pb.GetBudgetResponse:
        used = await self._usecases.budget.used(request.requester)
        return pb.GetBudgetResponse(periods=[messages.write_used(item) for item in used])

    async def WatchAdvisoryAssets(
        self, request: pb.WatchAdvisoryAssetsRequest, context: ServicerContext
    ) -> AsyncIterator[pb.WatchAdvisoryAssetsResponse]:
        watched = self._usecases.watch.watch(
            filter_text=request.filter, resume_token=request.resume_token, bookmark_s=read_bookmark_s(request)
        )
        async with aclosing(watched):
            async for item in watched:
                asset = None if item.asset is None else messages.write_asset(item.asset)
                yield pb.WatchAdvisoryAssetsResponse(
                    resume_token=item.resume_token, asset=asset, pending_count=item.pending
                )


async def _chunks(requests: AsyncIterator[pb.UploadAdvisoryAssetRequest]) -> AsyncIterator[bytes]:
    async for request in requests:
        if request.WhichOneof("part") != "chunk":
            raise InvalidFieldsError.one("header", "may come once")
        yield request.chunk
