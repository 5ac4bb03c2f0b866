"""CatalogService on the wire."""

from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from feasibility_svc.domain.catalogue import workshop
from feasibility_svc.domain.catalogue.calibration import Calibration
from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.catalogue.profiles import ConstraintProfile, Revision
from feasibility_svc.domain.catalogue.tool_import import ImportedTool
from feasibility_svc.domain.catalogue.workshop import Change
from feasibility_svc.domain.inputs.context import Machine, Material, Tool
from feasibility_svc.domain.scoring import errors
from feasibility_svc.ports import WorkshopCatalogue
from feasibility_svc.service import catalog_messages, messages
from feasibility_svc.usecases.import_tools import ImportTools, ToolFile
from foundation.call import current_call
from foundation.errors import InvalidFieldsError
from foundation.identity import RecordedIdentity
from rmos.feasibility.v1 import catalog_service_pb2 as pb
from rmos.feasibility.v1 import catalog_service_pb2_grpc as pb_grpc
from rpckit.authentication.acting import acting_name
from rpckit.page_tokens import Message, Page, fitting, page_of
from rpckit.server_context import ServicerContext
from rpckit.threads import in_thread, run_in

Entry = TypeVar("Entry")
_DISK_THREADS = 4
M = TypeVar("M", bound=Message)


class CatalogServicer(pb_grpc.CatalogServiceServicer):
    def __init__(self, catalogue: WorkshopCatalogue, intake: ImportTools, *, now: Callable[[], str]) -> None:
        self._workshop = catalogue
        self._intake = intake
        self._now = now
        self._disk = ThreadPoolExecutor(max_workers=_DISK_THREADS, thread_name_prefix="catalogue")
        """Apart from what computes: however long others search, an entry is added."""

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
        entries = list(self._catalogue.materials.values())
        page = _page(
            entries, catalog_messages.write_material, lambda entry: entry.material.material_id, "materials", request
        )
        return pb.ListMaterialsResponse(materials=page.items, next_page_token=page.next_token)

    async def GetMaterial(self, request: pb.GetMaterialRequest, context: ServicerContext) -> pb.GetMaterialResponse:
        entry = self._catalogue.material(messages.read_name(request.name, "materials"))
        return pb.GetMaterialResponse(material=catalog_messages.write_material(entry))

    async def CreateMaterial(
        self, request: pb.CreateMaterialRequest, context: ServicerContext
    ) -> pb.CreateMaterialResponse:
        change = catalog_messages.read_entry(request, "material", Material)
        created = await self._add(change, request.material.material_id)
        entry = self._catalogue.material(request.material.material_id)
        return pb.CreateMaterialResponse(material=catalog_messages.write_material(entry), created=created)

    async def ListTools(self, request: pb.ListToolsRequest, context: ServicerContext) -> pb.ListToolsResponse:
        page = _page(
            list(self._catalogue.tools.values()),
            catalog_messages.write_tool,
            lambda entry: entry.tool.tool_id,
            "tools",
            request,
        )
        return pb.ListToolsResponse(tools=page.items, next_page_token=page.next_token)

    async def GetTool(self, request: pb.GetToolRequest, context: ServicerContext) -> pb.GetToolResponse:
        entry = self._catalogue.tool(messages.read_name(request.name, "tools"))
        return pb.GetToolResponse(tool=catalog_messages.write_tool(entry))

    async def CreateTool(self, request: pb.CreateToolRequest, context: ServicerContext) -> pb.CreateToolResponse:
        created = await self._add(catalog_messages.read_entry(request, "tool", Tool), request.tool.tool_id)
        entry = self._catalogue.tool(request.tool.tool_id)
        return pb.CreateToolResponse(tool=catalog_messages.write_tool(entry), created=created)

    async def ImportTools(
        self, requests: AsyncIterator[pb.ImportToolsRequest], context: ServicerContext
    ) -> pb.ImportToolsResponse:
        header, data = await _receive(requests)
        library_format = catalog_messages.read_library_format(header)
        file = ToolFile(header.file_name, data, library_format, catalog_messages.read_factor(header))
        tell = partial(_imported, digest=file.sha256, preview=header.preview)
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
            lambda item: catalog_messages.write_tool_import(item[1]),
            lambda item: str(count - item[0]),
            "tool imports",
            request,
        )
        return pb.ListToolImportsResponse(
            imports=page.items,
            next_page_token=page.next_token,
        )

    async def ListMachines(self, request: pb.ListMachinesRequest, context: ServicerContext) -> pb.ListMachinesResponse:
        entries = list(self._catalogue.machines.values())
        page = _page(
            entries, catalog_messages.write_machine, lambda entry: entry.machine.machine_id, "machines", request
        )
        return pb.ListMachinesResponse(machines=page.items, next_page_token=page.next_token)

    async def GetMachine(self, request: pb.GetMachineRequest, context: ServicerContext) -> pb.GetMachineResponse:
        entry = self._catalogue.machine(messages.read_name(request.name, "machines"))
        return pb.GetMachineResponse(machine=catalog_messages.write_machine(entry))

    async def CreateMachine(
        self, request: pb.CreateMachineRequest, context: ServicerContext
    ) -> pb.CreateMachineResponse:
        created = await self._add(catalog_messages.read_entry(request, "machine", Machine), request.machine.machine_id)
        entry = self._catalogue.machine(request.machine.machine_id)
        return pb.CreateMachineResponse(machine=catalog_messages.write_machine(entry), created=created)

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
        revision, created = await self._revise(profile, catalog_messages.read_note(request.change_note))
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
        revision, created = await self._revise(chosen[0].profile, note)
        return pb.RollbackProfileResponse(profile=catalog_messages.write_profile(revision), created=created)

    async def RecordCalibration(
        self, request: pb.RecordCalibrationRequest, context: ServicerContext
    ) -> pb.RecordCalibrationResponse:
        measured = pb.Calibration()
        measured.CopyFrom(request.calibration)
        measured.person = acting_name("calibration.person", measured.person)
        calibration = catalog_messages.read_calibration(measured, self._catalogue, now=self._now())
        created = await self._append(lambda catalogue: workshop.measurement(catalogue, calibration))
        kept = next(item for item in self._catalogue.calibrations if item.calibration_id == calibration.calibration_id)
        return pb.RecordCalibrationResponse(
            calibration=catalog_messages.write_calibration(kept, superseded=False), created=created
        )

    async def ListCalibrations(
        self, request: pb.ListCalibrationsRequest, context: ServicerContext
    ) -> pb.ListCalibrationsResponse:
        catalogue = self._catalogue
        ordered = list(enumerate(catalogue.calibrations))[::-1]

        def write(numbered: tuple[int, Calibration]) -> pb.Calibration:
            _, item = numbered
            newest = catalogue.calibration(item.kind, item.subject)
            return catalog_messages.write_calibration(item, superseded=newest is not item)

        page = _page(ordered, write, lambda item: f"{1_000_000 - item[0]:07}", "calibrations", request)
        return pb.ListCalibrationsResponse(calibrations=page.items, next_page_token=page.next_token)

    async def _append(self, change_of: Callable[[Catalogue], list[Change]]) -> bool:
        """Whether anything was to be changed. In a thread: the disk takes its time, another server may be writing."""
        caller = RecordedIdentity.of(current_call.get().identity)

        def named(catalogue: Catalogue) -> list[Change]:
            return workshop.in_the_name_of(caller, change_of(catalogue))

        return bool(await run_in(self._disk, partial(self._workshop.append, named)))

    async def _add(self, change: Change, entry_id: str) -> bool:
        """Add an entry; False when the newest one is the same."""
        return await self._append(lambda catalogue: workshop.addition(catalogue, change, entry_id))

    async def _revise(self, profile: ConstraintProfile, note: str) -> tuple[Revision, bool]:
        """Make a profile the newest revision of its id; the newest one and False when it is that already."""
        now = self._now()
        created = await self._append(
            lambda catalogue: workshop.revision(catalogue, profile, created_at_utc=now, note=note)
        )
        return self._catalogue.profile(profile.profile_id), created

    def _history(self, name: str) -> Sequence[Revision]:
        profile_id = messages.read_name(name, "profiles")
        self._catalogue.profile(profile_id)
        return self._catalogue.profiles[profile_id]


def _page(
    items: Sequence[Entry], write: Callable[[Entry], M], key: Callable[[Entry], str], query: str, request: Any
) -> Page[M]:
    return page_of(items, write, key=key, query=query, request=request)


async def _receive(requests: AsyncIterator[pb.ImportToolsRequest]) -> tuple[pb.ImportHeader, bytes]:
    """Header and bytes of a library.

    Raises:
        InvalidFieldsError: The header is missing or comes twice, or there are too many bytes.
    """
    header: pb.ImportHeader | None = None
    data = bytearray()
    async for request in requests:
        if request.WhichOneof("part") == "header":
            if header is not None:
                raise InvalidFieldsError.one("header", "may come once")
            header = request.header
            continue
        data += request.chunk
        if len(data) > catalog_messages.MOST_LIBRARY_BYTES:
            raise InvalidFieldsError.one("chunk", f"more than {catalog_messages.MOST_LIBRARY_BYTES} bytes")
    if header is None:
        raise InvalidFieldsError.one("header", "is required")
    return header, bytes(data)


def _imported(imported: Sequence[ImportedTool], digest: str, *, preview: bool) -> pb.ImportToolsResponse:
    """The answer about an import: as many of its entries as fit, and how many there are of each kind."""
    statuses = [item.status for item in imported]
    tools = fitting(imported, catalog_messages.write_imported)
    return pb.ImportToolsResponse(
        tools=tools,
        omitted_count=len(imported) - len(tools),
        new_count=statuses.count("NEW"),
        changed_count=statuses.count("CHANGED"),
        unchanged_count=statuses.count("UNCHANGED"),
        skipped_count=statuses.count("SKIPPED"),
        file_sha256=digest,
        preview=preview,
    )
