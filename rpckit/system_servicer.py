"""SystemService, served by both servers."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field

from google.protobuf.timestamp_pb2 import Timestamp

from rmos.system.v1 import system_service_pb2 as pb
from rmos.system.v1 import system_service_pb2_grpc as pb_grpc
from rpckit.interceptors.admission import Admission
from rpckit.server_context import ServicerContext


@dataclass(frozen=True, slots=True)
class LimitInfo:
    """A limit callers should know."""

    name: str
    value: int
    unit: str


@dataclass(frozen=True, slots=True)
class ReviewInfo:
    """What a review of pictures needs."""

    licences: Sequence[str]
    concepts: Sequence[str]
    four_eyes: bool
    max_caption_length: int


@dataclass(frozen=True, slots=True)
class GateInfo:
    """When a closed gate may be opened."""

    red_allowed: bool
    four_eyes: bool
    min_reason_length: int
    max_reason_length: int


@dataclass(frozen=True, slots=True)
class ServerInfo:
    """What a server says of itself."""

    server: str
    version: str
    started: datetime.datetime
    services: Sequence[str]
    engine_ids: Sequence[str] = ()
    limits: Sequence[LimitInfo] = ()
    disk_free_bytes: Callable[[], int | None] = field(default=lambda: None)
    archive_lag: Callable[[], int | None] = field(default=lambda: None)
    review: ReviewInfo | None = None
    gate: GateInfo | None = None


class SystemServicer(pb_grpc.SystemServiceServicer):
    def __init__(self, info: ServerInfo, admission: Admission) -> None:
        self._info = info
        self._admission = admission

    async def GetServerInfo(
        self, request: pb.GetServerInfoRequest, context: ServicerContext
    ) -> pb.GetServerInfoResponse:
        info = self._info
        started = Timestamp()
        started.FromDatetime(info.started)
        limits = [
            *info.limits,
            LimitInfo("max_calls", self._admission.most_calls, "calls"),
            LimitInfo("max_streams", self._admission.most_streams, "streams"),
        ]
        return pb.GetServerInfoResponse(
            server_info=pb.ServerInfo(
                server=info.server,
                version=info.version,
                start_time=started,
                services=info.services,
                engine_ids=info.engine_ids,
                limits=[pb.Limit(name=limit.name, value=limit.value, unit=limit.unit) for limit in limits],
                active_call_count=self._admission.active_calls,
                active_stream_count=self._admission.active_streams,
                disk_free_bytes=info.disk_free_bytes(),
                archive_lag_count=info.archive_lag(),
                review_policy=None if info.review is None else pb.ReviewPolicy(**asdict(info.review)),
                gate_policy=None if info.gate is None else pb.GatePolicy(**asdict(info.gate)),
            )
        )
