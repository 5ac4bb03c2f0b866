# made from feasibility.py by protos/asynchronous.py: edit that file
"""What is asked of the feasibility server every day."""

from collections.abc import AsyncIterator, Iterable, Sequence
from itertools import chain

from rmos.feasibility.v1 import catalog_service_pb2 as catalog_pb
from rmos.feasibility.v1 import feasibility_service_pb2 as pb
from rmos.system.v1 import system_service_pb2
from rmos.type.v1 import context_pb2, design_pb2, feasibility_report_pb2
from rmos_client.async_calls import call, call_stream, pages
from rmos_client.asynchronous.stubs import AsyncServiceStubs
from rmos_client.feasibility import CHUNK_BYTES


class AsyncEvaluating(AsyncServiceStubs):
    """Says before the cut whether it can be done, and reads the catalogue."""

    async def evaluate(
        self,
        design: design_pb2.Design,
        context: context_pb2.Context,
        *,
        engine_id: str = "",
        request_id: str | None = None,
        timeout_s: float | None = None,
    ) -> feasibility_report_pb2.FeasibilityReport:
        """The report on a design in a context.

        Raises:
            RmosError: INVALID_FIELDS names each field that breaks a rule; ENGINE_NOT_FOUND, MATERIAL_NOT_FOUND … an id.
        """
        request = pb.EvaluateFeasibilityRequest(design=design, context=context, engine_id=engine_id)
        return (
            await call(self.feasibility.EvaluateFeasibility, request, request_id=request_id, timeout_s=timeout_s)
        ).report

    async def evaluate_job(
        self,
        steps: Sequence[pb.JobStep],
        *,
        engine_id: str = "",
        request_id: str | None = None,
        timeout_s: float | None = None,
    ) -> pb.EvaluateJobResponse:
        """The reports on the steps of a job, 1 to 20, and the level of the whole.

        Raises:
            RmosError: As `evaluate`; paths of fields start with that of the step.
        """
        request = pb.EvaluateJobRequest(steps=steps, engine_id=engine_id)
        return await call(self.feasibility.EvaluateJob, request, request_id=request_id, timeout_s=timeout_s)

    async def evaluate_model(
        self,
        model_id: str,
        design: design_pb2.Design,
        context: context_pb2.Context,
        *,
        request_id: str | None = None,
        timeout_s: float | None = None,
    ) -> feasibility_report_pb2.FeasibilityReport:
        """The report on a design against a named instrument.

        Raises:
            RmosError: As `evaluate`, and MODEL_NOT_FOUND.
        """
        request = pb.EvaluateModelRequest(model_id=model_id, design=design, context=context)
        return (await call(self.feasibility.EvaluateModel, request, request_id=request_id, timeout_s=timeout_s)).report

    async def evaluate_stream(
        self,
        items: Iterable[pb.StreamEvaluateFeasibilityRequest],
        *,
        request_id: str | None = None,
        timeout_s: float | None = None,
    ) -> AsyncIterator[pb.StreamEvaluateFeasibilityResponse]:
        """The outcome of each item in their order; an item that fails carries its own status.

        Raises:
            RmosError: The stream itself failed.
        """
        async for item in call_stream(
            self.feasibility.StreamEvaluateFeasibility, iter(items), request_id=request_id, timeout_s=timeout_s
        ):
            yield item

    async def sweep(
        self,
        design: design_pb2.Design,
        context: context_pb2.Context,
        axes: Sequence[pb.SweepAxis],
        *,
        engine_id: str = "",
        request_id: str | None = None,
        timeout_s: float | None = None,
    ) -> AsyncIterator[pb.SweepFeasibilityResponse]:
        """A grid over up to three parameters: header, blocks of points, result.

        Raises:
            RmosError: INVALID_FIELDS names the axis; otherwise as `evaluate`.
        """
        request = pb.SweepFeasibilityRequest(design=design, context=context, axes=axes, engine_id=engine_id)
        async for item in call_stream(
            self.feasibility.SweepFeasibility, request, request_id=request_id, timeout_s=timeout_s
        ):
            yield item

    async def recommend(
        self,
        design: design_pb2.Design,
        context: context_pb2.Context,
        *,
        engine_id: str = "",
        request_id: str | None = None,
        timeout_s: float | None = None,
    ) -> pb.RecommendSetupResponse:
        """What makes a job GREEN: the fastest setup, the smallest changes, other tools.

        Raises:
            RmosError: As `evaluate`.
        """
        request = pb.RecommendSetupRequest(design=design, context=context, engine_id=engine_id)
        return await call(self.feasibility.RecommendSetup, request, request_id=request_id, timeout_s=timeout_s)

    async def explain(
        self,
        design: design_pb2.Design,
        context: context_pb2.Context,
        *,
        unit_system: "pb.UnitSystem.ValueType" = pb.UNIT_SYSTEM_UNSPECIFIED,
        include_sources: bool = False,
        engine_id: str = "",
        request_id: str | None = None,
        timeout_s: float | None = None,
    ) -> pb.Explanation:
        """The verdict in sentences computed from the numbers, on one screen; sources come below when asked for.

        Raises:
            RmosError: As `evaluate`.
        """
        request = pb.ExplainReportRequest(
            design=design,
            context=context,
            engine_id=engine_id,
            unit_system=unit_system,
            include_sources=include_sources,
        )
        return (
            await call(self.feasibility.ExplainReport, request, request_id=request_id, timeout_s=timeout_s)
        ).explanation

    async def search_rosettes(
        self, request: pb.SearchRosettesRequest, *, request_id: str | None = None, timeout_s: float | None = None
    ) -> AsyncIterator[pb.SearchRosettesResponse]:
        """Rosettes within a constraint profile, best first, then how the search went.

        Raises:
            RmosError: PROFILE_NOT_FOUND; otherwise as `evaluate`.
        """
        async for item in call_stream(
            self.feasibility.SearchRosettes, request, request_id=request_id, timeout_s=timeout_s
        ):
            yield item

    async def import_tools(
        self,
        data: bytes,
        header: catalog_pb.ImportHeader,
        *,
        request_id: str | None = None,
        timeout_s: float | None = None,
    ) -> catalog_pb.ImportToolsResponse:
        """Read a tool library into the workshop's catalogue, or preview it.

        Raises:
            RmosError: LIBRARY_UNREADABLE says why.
        """
        chunks = (data[start : start + CHUNK_BYTES] for start in range(0, len(data), CHUNK_BYTES))
        requests = chain(
            [catalog_pb.ImportToolsRequest(header=header)],
            (catalog_pb.ImportToolsRequest(chunk=chunk) for chunk in chunks),
        )
        return await call(self.catalogue.ImportTools, requests, request_id=request_id, timeout_s=timeout_s)

    async def export_tools(
        self, request: catalog_pb.ExportToolsRequest, *, request_id: str | None = None, timeout_s: float | None = None
    ) -> tuple[catalog_pb.ExportedLibrary, bytes]:
        """Tools as a library of another program: what is in it and what is not, and its bytes.

        Raises:
            RmosError: LIBRARY_UNWRITABLE, TOOL_NOT_FOUND, ENTRY_WITHDRAWN.
        """
        library, data = (catalog_pb.ExportedLibrary(), bytearray())
        async for part in call_stream(self.catalogue.ExportTools, request, request_id=request_id, timeout_s=timeout_s):
            if part.HasField("library"):
                library = part.library
            data += part.chunk
        return (library, bytes(data))

    async def get_tool(self, tool_id: str, *, request_id: str | None = None) -> catalog_pb.ToolPreset:
        """One tool of the catalogue, with the presets of its library.

        Raises:
            RmosError: TOOL_NOT_FOUND.
        """
        request = catalog_pb.GetToolRequest(name=f"tools/{tool_id}")
        return (await call(self.catalogue.GetTool, request, request_id=request_id, timeout_s=None)).tool

    async def record_calibration(
        self, calibration: catalog_pb.Calibration, *, request_id: str | None = None, timeout_s: float | None = None
    ) -> catalog_pb.RecordCalibrationResponse:
        """Record what the workshop has measured.

        Raises:
            RmosError: INVALID_FIELDS; MACHINE_NOT_FOUND … for a subject nobody knows.
        """
        request = catalog_pb.RecordCalibrationRequest(calibration=calibration)
        return await call(self.catalogue.RecordCalibration, request, request_id=request_id, timeout_s=timeout_s)

    async def list_rules(self) -> AsyncIterator[pb.RuleInfo]:
        async for item in pages(self.feasibility.ListRules, pb.ListRulesRequest(), "rules"):
            yield item

    async def list_profiles(self) -> AsyncIterator[catalog_pb.ConstraintProfile]:
        async for item in pages(self.catalogue.ListProfiles, catalog_pb.ListProfilesRequest(), "profiles"):
            yield item

    async def list_calibrations(self) -> AsyncIterator[catalog_pb.Calibration]:
        async for item in pages(self.catalogue.ListCalibrations, catalog_pb.ListCalibrationsRequest(), "calibrations"):
            yield item

    async def list_models(self) -> AsyncIterator[catalog_pb.InstrumentModel]:
        async for item in pages(self.catalogue.ListModels, catalog_pb.ListModelsRequest(), "models"):
            yield item

    async def list_materials(self) -> AsyncIterator[catalog_pb.MaterialPreset]:
        async for item in pages(self.catalogue.ListMaterials, catalog_pb.ListMaterialsRequest(), "materials"):
            yield item

    async def list_tools(self) -> AsyncIterator[catalog_pb.ToolPreset]:
        async for item in pages(self.catalogue.ListTools, catalog_pb.ListToolsRequest(), "tools"):
            yield item

    async def list_machines(self) -> AsyncIterator[catalog_pb.MachinePreset]:
        async for item in pages(self.catalogue.ListMachines, catalog_pb.ListMachinesRequest(), "machines"):
            yield item

    async def list_engines(self) -> AsyncIterator[pb.EngineInfo]:
        async for item in pages(self.feasibility.ListEngines, pb.ListEnginesRequest(), "engines"):
            yield item

    async def list_categories(self) -> AsyncIterator[pb.CategoryInfo]:
        async for item in pages(self.feasibility.ListCategories, pb.ListCategoriesRequest(), "categories"):
            yield item

    async def feasibility_server_info(self) -> system_service_pb2.ServerInfo:
        request = system_service_pb2.GetServerInfoRequest()
        return (await call(self.feasibility_system.GetServerInfo, request, request_id=None, timeout_s=None)).server_info
