"""CatalogService on the wire."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from feasibility_svc.domain.catalogue import additions
from feasibility_svc.domain.catalogue.calibration import Calibration
from feasibility_svc.domain.catalogue.catalogue import Catalogue, E, entry_of
from feasibility_svc.domain.catalogue.profiles import Revision
from feasibility_svc.domain.catalogue.versions import versions_of
from feasibility_svc.domain.inputs.context import Machine, Material, Tool
from feasibility_svc.domain.scoring import errors
from feasibility_svc.ports import WorkshopCatalogue
from feasibility_svc.service import catalog_messages, entry_messages, library_messages, messages
from feasibility_svc.service.catalog_changes import CatalogChanges
from feasibility_svc.usecases.export_tools import ExportTools
from feasibility_svc.usecases.import_tools import ImportTools, ToolFile
from foundation.errors import InvalidFieldsError
from rmos.feasibility.v1 import catalog_service_pb2 as pb
from rmos.feasibility.v1 import catalog_service_pb2_grpc as pb_grpc
from rpckit.page_tokens import Message, Page, page_of
from rpckit.server_context import ServicerContext
from rpckit.threads import in_thread

Entry = TypeVar("Entry")
M = TypeVar("M", bound=Message)


class CatalogServicer(pb_grpc.CatalogServiceServicer):
    def __init__(
        self, catalogue: WorkshopCatalogue, intake: ImportTools, export: ExportTools, *, now: Callable[[], str]
    ) -> None:
        self._workshop = catalogue
        self._export = export
        self._intake = intake
        self._changes = CatalogChanges(catalogue, now=now)

    @property
    def _catalogue(self) -> Catalogue:
        return self._workshop.current

    async def ListModels(self, request: pb.ListModelsRequest, context: ServicerContext) -> pb.ListModelsResponse:
        page = _page(
            list(self._catalogue.models.values()),
            catalog_messages.write_model,
            lambda model: model.model_id,
            "models",
            request,
        )
        return pb.ListModelsResponse(models=page.items, next_page_token=page.next_token)

    async def GetModel(self, request: pb.GetModelRequest, context: ServicerContext) -> pb.GetModelResponse:
        model = self._catalogue.model(messages.read_name(request.name, "models"))
        return pb.GetModelResponse(model=catalog_messages.write_model(model))

    async def ListMaterials(
        self, request: pb.ListMaterialsRequest, context: ServicerContext
    ) -> pb.ListMaterialsResponse:
        known = self._catalogue
        entries = known.every_material if request.show_withdrawn else known.materials
        page = _page_of_entries(entries, catalog_messages.write_material, "materials", request)
        return pb.ListMaterialsResponse(materials=page.items, next_page_token=page.next_token)

    async def GetMaterial(self, request: pb.GetMaterialRequest, context: ServicerContext) -> pb.GetMaterialResponse:
        entry = entry_of(
            self._catalogue.every_material, messages.read_name(request.name, "materials"), errors.MaterialNotFoundError
        )
        return pb.GetMaterialResponse(material=catalog_messages.write_material(entry))

    async def CreateMaterial(
        self, request: pb.CreateMaterialRequest, context: ServicerContext
    ) -> pb.CreateMaterialResponse:
        change = catalog_messages.read_entry(request, "material", Material)
        created = await self._changes.add(change, request.material.material_id)
        entry = entry_of(self._catalogue.every_material, request.material.material_id, errors.MaterialNotFoundError)
        return pb.CreateMaterialResponse(material=catalog_messages.write_material(entry), created=created)

    async def ReviseMaterial(
        self, request: pb.ReviseMaterialRequest, context: ServicerContext
    ) -> pb.ReviseMaterialResponse:
        created = await self._changes.revise(request, "material", Material)
        entry = entry_of(self._catalogue.every_material, request.material.material_id, errors.MaterialNotFoundError)
        return pb.ReviseMaterialResponse(material=catalog_messages.write_material(entry), created=created)

    async def ListTools(self, request: pb.ListToolsRequest, context: ServicerContext) -> pb.ListToolsResponse:
        known = self._catalogue
        entries = known.every_tool if request.show_withdrawn else known.tools
        page = _page_of_entries(entries, catalog_messages.write_tool, "tools", request)
        return pb.ListToolsResponse(tools=page.items, next_page_token=page.next_token)

    async def GetTool(self, request: pb.GetToolRequest, context: ServicerContext) -> pb.GetToolResponse:
        entry = entry_of(
            self._catalogue.every_tool, messages.read_name(request.name, "tools"), errors.ToolNotFoundError
        )
        return pb.GetToolResponse(tool=catalog_messages.write_tool(entry))

    async def CreateTool(self, request: pb.CreateToolRequest, context: ServicerContext) -> pb.CreateToolResponse:
        created = await self._changes.add(catalog_messages.read_entry(request, "tool", Tool), request.tool.tool_id)
        entry = entry_of(self._catalogue.every_tool, request.tool.tool_id, errors.ToolNotFoundError)
        return pb.CreateToolResponse(tool=catalog_messages.write_tool(entry), created=created)

    async def ReviseTool(self, request: pb.ReviseToolRequest, context: ServicerContext) -> pb.ReviseToolResponse:
        created = await self._changes.revise(request, "tool", Tool)
        entry = entry_of(self._catalogue.every_tool, request.tool.tool_id, errors.ToolNotFoundError)
        return pb.ReviseToolResponse(tool=catalog_messages.write_tool(entry), created=created)

    async def ImportTools(
        self, requests: AsyncIterator[pb.ImportToolsRequest], context: ServicerContext
    ) -> pb.ImportToolsResponse:
        header, data = await library_messages.receive(requests)
        library_format = library_messages.read_library_format(header)
        file = ToolFile(header.file_name, data, library_format, library_messages.read_factor(header))
        tell = partial(library_messages.write_import, digest=file.sha256, preview=header.preview)
        if header.preview:
            return tell(await in_thread(self._intake.preview, file))
        return await in_thread(self._intake.take, file, tell)

    async def ListToolImports(
        self, request: pb.ListToolImportsRequest, context: ServicerContext
    ) -> pb.ListToolImportsResponse:
        ordered = list(enumerate(self._intake.attempts()))
        count = len(ordered)
        page = _page(
            ordered,
            lambda item: library_messages.write_tool_import(item[1]),
            lambda item: str(count - item[0]),
            "tool imports",
            request,
        )
        return pb.ListToolImportsResponse(
            imports=page.items,
            next_page_token=page.next_token,
        )

    async def ExportTools(
        self, request: pb.ExportToolsRequest, context: ServicerContext
    ) -> AsyncIterator[pb.ExportToolsResponse]:
        asked = library_messages.read_export(request)
        library = await in_thread(partial(self._export.export, asked.tool_ids, asked.format, factor=asked.factor))
        for message in library_messages.write_library(library, asked.file_name):
            yield message

    async def ListMachines(self, request: pb.ListMachinesRequest, context: ServicerContext) -> pb.ListMachinesResponse:
        known = self._catalogue
        entries = known.every_machine if request.show_withdrawn else known.machines
        page = _page_of_entries(entries, catalog_messages.write_machine, "machines", request)
        return pb.ListMachinesResponse(machines=page.items, next_page_token=page.next_token)

    async def GetMachine(self, request: pb.GetMachineRequest, context: ServicerContext) -> pb.GetMachineResponse:
        entry = entry_of(
            self._catalogue.every_machine, messages.read_name(request.name, "machines"), errors.MachineNotFoundError
        )
        return pb.GetMachineResponse(machine=catalog_messages.write_machine(entry))

    async def CreateMachine(
        self, request: pb.CreateMachineRequest, context: ServicerContext
    ) -> pb.CreateMachineResponse:
        created = await self._changes.add(
            catalog_messages.read_entry(request, "machine", Machine), request.machine.machine_id
        )
        entry = entry_of(self._catalogue.every_machine, request.machine.machine_id, errors.MachineNotFoundError)
        return pb.CreateMachineResponse(machine=catalog_messages.write_machine(entry), created=created)

    async def ReviseMachine(
        self, request: pb.ReviseMachineRequest, context: ServicerContext
    ) -> pb.ReviseMachineResponse:
        created = await self._changes.revise(request, "machine", Machine)
        entry = entry_of(self._catalogue.every_machine, request.machine.machine_id, errors.MachineNotFoundError)
        return pb.ReviseMachineResponse(machine=catalog_messages.write_machine(entry), created=created)

    async def ListProfiles(self, request: pb.ListProfilesRequest, context: ServicerContext) -> pb.ListProfilesResponse:
        newest = [history[-1] for history in self._catalogue.profiles.values()]
        page = _page(
            newest, catalog_messages.write_profile, lambda revision: revision.profile.profile_id, "profiles", request
        )
        return pb.ListProfilesResponse(
            profiles=page.items,
            next_page_token=page.next_token,
        )

    async def GetProfile(self, request: pb.GetProfileRequest, context: ServicerContext) -> pb.GetProfileResponse:
        revision = self._catalogue.profile(messages.read_name(request.name, "profiles"))
        return pb.GetProfileResponse(profile=catalog_messages.write_profile(revision))

    async def CreateProfile(
        self, request: pb.CreateProfileRequest, context: ServicerContext
    ) -> pb.CreateProfileResponse:
        profile = catalog_messages.read_profile(request)
        revision, created = await self._changes.revise_profile(profile, catalog_messages.read_note(request.change_note))
        return pb.CreateProfileResponse(profile=catalog_messages.write_profile(revision), created=created)

    async def ListProfileRevisions(
        self, request: pb.ListProfileRevisionsRequest, context: ServicerContext
    ) -> pb.ListProfileRevisionsResponse:
        history = self._history(request.name)
        page = _page(
            list(reversed(history)),
            catalog_messages.write_profile,
            lambda revision: f"{1_000_000 - revision.revision:07}",
            request.name,
            request,
        )
        return pb.ListProfileRevisionsResponse(
            profiles=page.items,
            next_page_token=page.next_token,
        )

    async def RollbackProfile(
        self, request: pb.RollbackProfileRequest, context: ServicerContext
    ) -> pb.RollbackProfileResponse:
        if request.revision < 1:
            raise InvalidFieldsError.one("revision", f"{request.revision} is not allowed: 1 or more")
        chosen = [item for item in self._history(request.name) if item.revision == request.revision]
        if not chosen:
            raise errors.RevisionNotFoundError(f"{request.name}@{request.revision}")
        note = catalog_messages.read_note(request.change_note) or f"back to revision {request.revision}"
        revision, created = await self._changes.revise_profile(chosen[0].profile, note)
        return pb.RollbackProfileResponse(profile=catalog_messages.write_profile(revision), created=created)

    async def RecordCalibration(
        self, request: pb.RecordCalibrationRequest, context: ServicerContext
    ) -> pb.RecordCalibrationResponse:
        return await self._changes.record(request.calibration)

    async def ListCalibrations(
        self, request: pb.ListCalibrationsRequest, context: ServicerContext
    ) -> pb.ListCalibrationsResponse:
        catalogue = self._catalogue
        ordered = list(enumerate(catalogue.calibrations))[::-1]

        def write(numbered: tuple[int, Calibration]) -> pb.Calibration:
            _, item = numbered
            newest = catalogue.calibration(item.kind, item.subject)
            superseded = item.withdrawal is None and newest is not item
            return catalog_messages.write_calibration(item, superseded=superseded)

        page = _page(ordered, write, lambda item: f"{1_000_000 - item[0]:07}", "calibrations", request)
        return pb.ListCalibrationsResponse(calibrations=page.items, next_page_token=page.next_token)

    async def WithdrawEntry(
        self, request: pb.WithdrawEntryRequest, context: ServicerContext
    ) -> pb.WithdrawEntryResponse:
        return await self._changes.withdraw(request)

    async def ListEntryVersions(
        self, request: pb.ListEntryVersionsRequest, context: ServicerContext
    ) -> pb.ListEntryVersionsResponse:
        catalogue, resource = self._catalogue, entry_messages.read_resource(request.name)
        additions.require_known(catalogue, resource)
        page = _page(
            versions_of(catalogue, resource),
            entry_messages.write_version,
            lambda version: str(version.version),
            f"versions of {resource}",
            request,
        )
        return pb.ListEntryVersionsResponse(versions=page.items, next_page_token=page.next_token)

    def _history(self, name: str) -> Sequence[Revision]:
        profile_id = messages.read_name(name, "profiles")
        self._catalogue.profile(profile_id)
        return self._catalogue.profiles[profile_id]


def _page(
    items: Sequence[Entry], write: Callable[[Entry], M], key: Callable[[Entry], str], query: str, request: Any
) -> Page[M]:
    return page_of(items, write, key=key, query=query, request=request)


def _page_of_entries(entries: Mapping[str, E], write: Callable[[E], M], collection: str, request: Any) -> Page[M]:
    query = f"{collection} with withdrawn" if request.show_withdrawn else collection
    return _page(list(entries.values()), write, lambda entry: entry.entry_id, query, request)
