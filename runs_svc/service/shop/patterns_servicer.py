"""PatternsService on the wire."""

import hashlib
from dataclasses import replace

from foundation.call import current_call
from foundation.errors import InvalidFieldsError
from rmos.shop.v1 import patterns_service_pb2 as pb
from rmos.shop.v1 import patterns_service_pb2_grpc as pb_grpc
from rpckit.page_tokens import fitting
from rpckit.server_context import ServicerContext
from runs_svc.domain.runs.redaction import not_kept
from runs_svc.domain.shop.errors import ImportUnreadableError
from runs_svc.ports import RosettePainter, RosetteScene
from runs_svc.service.entity_pages import list_entities
from runs_svc.service.runs.pictures import read_size_px, read_view
from runs_svc.service.shop import messages
from runs_svc.usecases.shop.patterns import Patterns

_MIMES = {pb.IMAGE_FORMAT_SVG: "image/svg+xml", pb.IMAGE_FORMAT_PNG: "image/png"}


class PatternsServicer(pb_grpc.PatternsServiceServicer):
    def __init__(self, patterns: Patterns, painter: RosettePainter) -> None:
        self._patterns = patterns
        self._painter = painter

    async def CreatePattern(
        self, request: pb.CreatePatternRequest, context: ServicerContext
    ) -> pb.CreatePatternResponse:
        add = self._patterns.add_pattern if request.pattern_id else self._patterns.add_new_pattern
        version, created = await add(messages.read_pattern(request), call=current_call.get())
        warnings = not_kept("meta", version.entity.meta)
        return pb.CreatePatternResponse(pattern=messages.write_pattern(version), created=created, warnings=warnings)

    async def GetPattern(self, request: pb.GetPatternRequest, context: ServicerContext) -> pb.GetPatternResponse:
        version = await self._patterns.get_pattern(messages.read_pattern_name(request.name))
        return pb.GetPatternResponse(pattern=messages.write_pattern(version))

    async def ListPatterns(self, request: pb.ListPatternsRequest, context: ServicerContext) -> pb.ListPatternsResponse:
        page = await list_entities(self._patterns.pattern_page, messages.write_pattern, request)
        return pb.ListPatternsResponse(
            patterns=page.messages,
            next_page_token=page.next_token,
            unreachable=[f"patterns/{subject.partition('.')[2]}" for subject in page.unreachable],
        )

    async def GetPatternStatistics(
        self, request: pb.GetPatternStatisticsRequest, context: ServicerContext
    ) -> pb.GetPatternStatisticsResponse:
        found = await self._patterns.statistics(request.filter)
        response = pb.GetPatternStatisticsResponse(
            pattern_count=sum(found.by_type.values()),
            strip_family_counts=found.by_family,
            pattern_type_counts=found.by_type,
        )
        if (rings := found.rings) is not None:
            response.min_ring_count, response.max_ring_count = int(rings.least), int(rings.greatest)
            response.average_ring_count = rings.mean
        return response

    async def CreateStripFamily(
        self, request: pb.CreateStripFamilyRequest, context: ServicerContext
    ) -> pb.CreateStripFamilyResponse:
        add = self._patterns.add_family if request.strip_family_id else self._patterns.add_new_family
        version, created = await add(messages.read_family(request), call=current_call.get())
        return pb.CreateStripFamilyResponse(strip_family=messages.write_family(version), created=created)

    async def GetStripFamily(
        self, request: pb.GetStripFamilyRequest, context: ServicerContext
    ) -> pb.GetStripFamilyResponse:
        version = await self._patterns.get_family(messages.read_family_name(request.name))
        return pb.GetStripFamilyResponse(strip_family=messages.write_family(version))

    async def ListStripFamilies(
        self, request: pb.ListStripFamiliesRequest, context: ServicerContext
    ) -> pb.ListStripFamiliesResponse:
        page = await list_entities(self._patterns.family_page, messages.write_family, request)
        return pb.ListStripFamiliesResponse(
            strip_families=page.messages,
            next_page_token=page.next_token,
            unreachable=[f"stripFamilies/{subject.partition('.')[2]}" for subject in page.unreachable],
        )

    async def ExportPatterns(
        self, request: pb.ExportPatternsRequest, context: ServicerContext
    ) -> pb.ExportPatternsResponse:
        exported = await self._patterns.export(request.filter, request.page_token)
        document = exported.document.write()
        return pb.ExportPatternsResponse(
            document=document,
            sha256=hashlib.sha256(document).hexdigest(),
            pattern_count=exported.document.pattern_count,
            strip_family_count=exported.document.family_count,
            unreachable=exported.unreachable,
            next_page_token=exported.next_token,
        )

    async def ImportPatterns(
        self, request: pb.ImportPatternsRequest, context: ServicerContext
    ) -> pb.ImportPatternsResponse:
        call = current_call.get()
        attempt = messages.describe_import(request.document, request.source_name)
        try:
            library = messages.read_library(request.document)
        except ImportUnreadableError as error:
            await self._patterns.reject_import(replace(attempt, reason=str(error)), call=call)
            raise
        results = await self._patterns.import_library(library, attempt, validate_only=request.validate_only, call=call)
        entries = fitting(results, messages.write_added)
        return pb.ImportPatternsResponse(
            entries=entries,
            added_count=sum(result.error is None and result.created for result in results),
            refused_count=sum(result.error is not None for result in results),
            omitted_count=len(results) - len(entries),
        )

    async def RenderPattern(
        self, request: pb.RenderPatternRequest, context: ServicerContext
    ) -> pb.RenderPatternResponse:
        size_px = read_size_px(request.size_px)
        mime = _MIMES.get(request.format or pb.IMAGE_FORMAT_SVG)
        if mime is None:
            raise InvalidFieldsError.one("format", f"{request.format} is not a format this server knows")
        version = await self._patterns.get_pattern(messages.read_pattern_name(request.name))
        scene = RosetteScene(version.entity.design or {}, view=read_view(request.view))
        content = await self._painter.paint(scene, size_px=size_px, mime=mime)
        return pb.RenderPatternResponse(content=content, mime=mime, sha256=hashlib.sha256(content).hexdigest())
