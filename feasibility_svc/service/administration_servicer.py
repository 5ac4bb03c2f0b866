"""AdministrationService on the wire."""

from feasibility_svc.ports import AdminEntry
from feasibility_svc.usecases.admin_log import AdminLog
from foundation.errors import InvalidFieldsError
from foundation.identity import RecordedIdentity
from rmos.auth.v1 import auth_service_pb2
from rmos.feasibility.v1 import administration_service_pb2 as pb
from rmos.feasibility.v1 import administration_service_pb2_grpc as pb_grpc
from rpckit import proto_json
from rpckit.authentication.identity_messages import write_identity
from rpckit.page_tokens import page_of
from rpckit.server_context import ServicerContext

_OUTCOMES = ("done", "failed", "refused")


class AdministrationServicer(pb_grpc.AdministrationServiceServicer):
    def __init__(self, log: AdminLog) -> None:
        self._log = log

    async def ListAdminEvents(
        self, request: pb.ListAdminEventsRequest, context: ServicerContext
    ) -> pb.ListAdminEventsResponse:
        if request.outcome and request.outcome not in _OUTCOMES:
            raise InvalidFieldsError.one("outcome", f"{request.outcome!r} is not one of {', '.join(_OUTCOMES)}")
        entries, damaged_count = await self._log.entries()
        wanted = [entry for entry in entries if request.outcome in {"", entry.outcome}]
        page = page_of(
            wanted,
            _write,
            key=lambda entry: entry.event_id,
            query=f"admin events {request.outcome}",
            request=request,
        )
        return pb.ListAdminEventsResponse(
            events=page.items, next_page_token=page.next_token, damaged_count=damaged_count
        )


def _write(entry: AdminEntry) -> auth_service_pb2.AdminEvent:
    event = auth_service_pb2.AdminEvent(
        event_id=entry.event_id,
        command=entry.method,
        person=entry.person,
        outcome=entry.outcome,
        request_id=entry.request_id,
        resource=entry.resource,
        code=entry.code,
        repeated_count=entry.repeated_count,
        create_time=proto_json.write_moment(entry.created_at_utc),  # type: ignore[arg-type]  # the runtime takes these
    )
    identity = RecordedIdentity.read(entry.identity)
    if identity is not None:
        event.identity.CopyFrom(write_identity(identity))
    return event
