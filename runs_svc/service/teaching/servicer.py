"""TeachingService on the wire."""

from collections.abc import AsyncIterator
from contextlib import aclosing

from foundation.call import current_call
from foundation.canonical_json import JsonObject
from foundation.errors import InvalidFieldsError
from rmos.teaching.v1 import teaching_service_pb2 as pb
from rmos.teaching.v1 import teaching_service_pb2_grpc as pb_grpc
from rpckit import proto_json
from rpckit.authentication.identity_messages import identity_member
from rpckit.page_tokens import Fitting
from rpckit.server_context import ServicerContext
from runs_svc.domain.advisory.asset import AssetState
from runs_svc.domain.advisory.training import Selection, Settings
from runs_svc.domain.listing.filters import Comparison
from runs_svc.usecases.advisory.assets import Assets
from runs_svc.usecases.advisory.exports import Export, Exports
from runs_svc.usecases.entities.entity import Revision
from runs_svc.usecases.teaching.export import Exported, Teaching

_ENOUGH = 10
_IMAGE = Comparison("asset_type", "=", "image")


class TeachingServicer(pb_grpc.TeachingServiceServicer):
    def __init__(self, teaching: Teaching, assets: Assets, exports: Exports) -> None:
        self._teaching = teaching
        self._assets = assets
        self._exports = exports

    async def ExportTrainingSet(
        self, request: pb.ExportTrainingSetRequest, context: ServicerContext
    ) -> AsyncIterator[pb.ExportTrainingSetResponse]:
        steps = self._teaching.export(
            request.filter,
            _read_settings(request),
            min_images=_read_number("min_images", request.min_images, _ENOUGH, 1, 100_000),
            dry_run=request.dry_run,
            call=current_call.get(),
        )
        async with aclosing(steps):
            async for step in steps:
                if isinstance(step, Exported):
                    yield pb.ExportTrainingSetResponse(export=await self._write_exported(step))
                else:
                    yield pb.ExportTrainingSetResponse(written_count=step)

    async def ListTrainingExports(
        self, request: pb.ListTrainingExportsRequest, context: ServicerContext
    ) -> pb.ListTrainingExportsResponse:
        exports = Fitting(_write_export)
        page = await self._exports.page(exports, page_size=request.page_size, page_token=request.page_token)
        for export in exports.messages:
            await self._say_when(export)
        return pb.ListTrainingExportsResponse(exports=exports.messages, next_page_token=page.next_token)

    async def GetTrainingExport(
        self, request: pb.GetTrainingExportRequest, context: ServicerContext
    ) -> pb.GetTrainingExportResponse:
        prefix, _, export_id = request.name.partition("/")
        if prefix != "exports" or not export_id:
            raise InvalidFieldsError.one("name", f"{request.name!r} is not of the form exports/{{export}}")
        return pb.GetTrainingExportResponse(
            export=await self._say_when(_write_export(await self._exports.get(export_id)))
        )

    async def GetTeachingStats(
        self, request: pb.GetTeachingStatsRequest, context: ServicerContext
    ) -> pb.GetTeachingStatsResponse:
        states = await self._assets.tally("state", _IMAGE)
        approved = Comparison("state", "=", AssetState.APPROVED.value)
        return pb.GetTeachingStatsResponse(
            pending_count=states.get(AssetState.PENDING, 0),
            approved_count=states.get(AssetState.APPROVED, 0),
            rejected_count=states.get(AssetState.REJECTED, 0),
            category_counts=await self._assets.tally("category", _IMAGE, approved),
            export_count=await self._exports.count(),
        )

    async def GetTrainingReadiness(
        self, request: pb.GetTrainingReadinessRequest, context: ServicerContext
    ) -> pb.GetTrainingReadinessResponse:
        required = _read_number("min_images", request.min_images, _ENOUGH, 1, 100_000)
        selection = await self._teaching.select("", Settings())
        usable = len(selection.images)
        return pb.GetTrainingReadinessResponse(
            ready=usable >= required,
            usable_count=usable,
            left_out=selection.left_out,
            thin_concepts={name: count for name, count in selection.concepts.items() if count < required},
            missing_count=max(required - usable, 0),
            reason_counts=selection.reasons,
            warnings=selection.warnings,
            concept_counts=selection.concepts,
        )

    async def GetTeachingWorkflow(
        self, request: pb.GetTeachingWorkflowRequest, context: ServicerContext
    ) -> pb.GetTeachingWorkflowResponse:
        states = await self._assets.tally("state", _IMAGE)
        selection = await self._teaching.select("", Settings())
        stage, summary = _stage(states, len(selection.images))
        return pb.GetTeachingWorkflowResponse(stage=stage, summary=summary, reason_counts=selection.reasons)

    async def _write_exported(self, exported: Exported) -> pb.TrainingExport:
        if exported.record is not None:
            written = await self._say_when(_write_export(exported.record))
            written.ClearField("left_out")  # the record says what it was when the export left
            written.left_out.update(exported.selection.left_out)
            written.warnings.update(exported.selection.warnings)
            written.rewritten_files.extend(exported.rewritten)
            return written
        return proto_json.write(pb.TrainingExport, _planned(exported.selection))

    async def _say_when(self, export: pb.TrainingExport) -> pb.TrainingExport:
        """The export with the time it left at; its record may be of a later change."""
        export.create_time.FromJsonString(await self._exports.first_time(export.export_id))
        return export


def _write_export(version: Revision[Export]) -> pb.TrainingExport:
    export = version.entity
    value: JsonObject = {
        "name": f"exports/{export.export_id}",
        "export_id": export.export_id,
        "digest": export.digest,
        "image_count": export.image_count,
        "concept_counts": dict(export.concept_counts),
        "left_out": dict(export.left_out),
        "revoked_assets": [f"assets/{asset_id}" for asset_id in export.revoked_assets],
        "create_time": version.created_at_utc,
        "folder": export.folder,
        "request_id": version.request_id,
        **identity_member(version.identity),
    }
    return proto_json.write(pb.TrainingExport, value)


def _planned(selection: Selection) -> JsonObject:
    return {
        "name": f"exports/{selection.export_id}",
        "export_id": selection.export_id,
        "digest": selection.digest,
        "image_count": len(selection.images),
        "concept_counts": dict(selection.concepts),
        "left_out": dict(selection.left_out),
        "warnings": dict(selection.warnings),
    }


def _read_settings(request: pb.ExportTrainingSetRequest) -> Settings:
    return Settings(
        repeats=_read_number("repeats", request.repeats, 10, 1, 1_000),
        resolution_px=_read_number("resolution_px", request.resolution_px, 512, 256, 2_048),
        licences=frozenset(request.licences),
    )


def _read_number(field: str, value: int, default: int, low: int, high: int) -> int:
    value = value or default
    if not low <= value <= high:
        raise InvalidFieldsError.one(field, f"{value} is not within {low} to {high}")
    return value


def _stage(states: dict[str, int], usable: int) -> tuple[str, str]:
    pending, approved = states.get(AssetState.PENDING, 0), states.get(AssetState.APPROVED, 0)
    if usable >= _ENOUGH:
        return "export", f"{usable} pictures are usable: export them"
    if pending:
        return "review", f"{pending} pictures wait for a person"
    if approved:
        return "generate_more", f"{usable} of {_ENOUGH} pictures are usable: make more"
    return "generate", "there are no approved pictures yet: make some"
