"""CatalogService on the wire."""

from feasibility_svc.domain.catalogue import Catalogue
from feasibility_svc.service import messages
from rmos.feasibility.v1 import catalog_service_pb2 as pb
from rmos.feasibility.v1 import catalog_service_pb2_grpc as pb_grpc
from rpckit.pages import page_of
from rpckit.servicer_context import ServicerContext


class CatalogServicer(pb_grpc.CatalogServiceServicer):
    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    async def ListModels(self, request: pb.ListModelsRequest, context: ServicerContext) -> pb.ListModelsResponse:
        page = page_of(
            list(self._catalogue.models.values()),
            key=lambda model: model.model_id,
            query="models",
            requested_size=request.page_size,
            token=request.page_token,
        )
        return pb.ListModelsResponse(
            models=[messages.write_model(model) for model in page.items], next_page_token=page.next_token
        )

    async def GetModel(self, request: pb.GetModelRequest, context: ServicerContext) -> pb.GetModelResponse:
        model = self._catalogue.model(messages.read_name(request.name, "models"))
        return pb.GetModelResponse(model=messages.write_model(model))

    async def ListMaterials(
        self, request: pb.ListMaterialsRequest, context: ServicerContext
    ) -> pb.ListMaterialsResponse:
        page = page_of(
            list(self._catalogue.materials.values()),
            key=lambda entry: entry.material.material_id,
            query="materials",
            requested_size=request.page_size,
            token=request.page_token,
        )
        return pb.ListMaterialsResponse(
            materials=[messages.write_material(entry) for entry in page.items], next_page_token=page.next_token
        )

    async def GetMaterial(self, request: pb.GetMaterialRequest, context: ServicerContext) -> pb.GetMaterialResponse:
        entry = self._catalogue.material(messages.read_name(request.name, "materials"))
        return pb.GetMaterialResponse(material=messages.write_material(entry))

    async def ListTools(self, request: pb.ListToolsRequest, context: ServicerContext) -> pb.ListToolsResponse:
        page = page_of(
            list(self._catalogue.tools.values()),
            key=lambda entry: entry.tool.tool_id,
            query="tools",
            requested_size=request.page_size,
            token=request.page_token,
        )
        return pb.ListToolsResponse(
            tools=[messages.write_tool(entry) for entry in page.items], next_page_token=page.next_token
        )

    async def GetTool(self, request: pb.GetToolRequest, context: ServicerContext) -> pb.GetToolResponse:
        entry = self._catalogue.tool(messages.read_name(request.name, "tools"))
        return pb.GetToolResponse(tool=messages.write_tool(entry))

    async def ListMachines(self, request: pb.ListMachinesRequest, context: ServicerContext) -> pb.ListMachinesResponse:
        page = page_of(
            list(self._catalogue.machines.values()),
            key=lambda entry: entry.machine.machine_id,
            query="machines",
            requested_size=request.page_size,
            token=request.page_token,
        )
        return pb.ListMachinesResponse(
            machines=[messages.write_machine(entry) for entry in page.items], next_page_token=page.next_token
        )

    async def GetMachine(self, request: pb.GetMachineRequest, context: ServicerContext) -> pb.GetMachineResponse:
        entry = self._catalogue.machine(messages.read_name(request.name, "machines"))
        return pb.GetMachineResponse(machine=messages.write_machine(entry))
