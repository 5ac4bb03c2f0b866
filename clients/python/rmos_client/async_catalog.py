"""The catalogue of the feasibility server for an event loop: what another server needs of it."""

from collections.abc import Callable
from typing import Any

from google.protobuf.message import Message

from rmos.feasibility.v1 import catalog_service_pb2 as pb
from rmos.feasibility.v1 import catalog_service_pb2_grpc as pb_grpc
from rmos_client.calls import as_rmos_errors, metadata
from rmos_client.channel import open_async_channel
from rmos_client.credentials import Tls


class AsyncCatalogClient:
    """Reads presets over a channel of its own."""

    def __init__(self, address: str, *, tls: Tls | None = None, token: Callable[[], str] | None = None) -> None:
        """A client; the arguments are those of AsyncFeasibilityClient."""
        self._channel = open_async_channel(address, tls)
        self._token = token
        self._stub: Any = pb_grpc.CatalogServiceStub(self._channel)

    async def close(self) -> None:
        await self._channel.close()

    async def preset(self, group: str, preset_id: str, *, request_id: str, timeout_s: float) -> Message:
        """A MaterialPreset, ToolPreset or MachinePreset.

        Args:
            group: `material`, `tool` or `machine`.
            preset_id: Its id.
            request_id: Under which it is asked for.
            timeout_s: How long an answer is waited for.

        Raises:
            RmosError: There is none of this id, or the call failed.
        """
        method, request = {
            "material": (self._stub.GetMaterial, pb.GetMaterialRequest),
            "tool": (self._stub.GetTool, pb.GetToolRequest),
            "machine": (self._stub.GetMachine, pb.GetMachineRequest),
        }[group]
        proof = (("authorization", f"Bearer {self._token()}"),) if self._token is not None else ()
        asked = request(name=f"{group}s/{preset_id}")
        with as_rmos_errors(request_id):
            answer = await method(asked, timeout=timeout_s, metadata=(*metadata(request_id), *proof))
        found: Message = getattr(answer, group)
        return found
