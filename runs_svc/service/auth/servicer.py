"""AuthService on the wire."""

import math
from typing import TYPE_CHECKING

from google.protobuf.timestamp_pb2 import Timestamp

from foundation.access_errors import LoginNotConfiguredError, NotLoggedInHereError
from foundation.call import current_call
from foundation.identity import ProofMethod, RecordedIdentity, in_order
from rmos.auth.v1 import auth_service_pb2 as pb
from rmos.auth.v1 import auth_service_pb2_grpc as pb_grpc
from rmos.type.v1 import identity_pb2
from rpckit.authentication.access import AccessTable
from rpckit.authentication.identity_messages import write_identity
from rpckit.caller_address import caller_address
from rpckit.server_context import ServicerContext
from runs_svc.service.auth import messages
from runs_svc.service.entity_pages import list_entities
from runs_svc.usecases.entities.admin_log import AdminLog

if TYPE_CHECKING:  # cryptography is loaded only by servers that ask who calls
    from rpckit.authentication.login import PasswordLogin


class AuthServicer(pb_grpc.AuthServiceServicer):
    def __init__(self, login: "PasswordLogin | None", admin_log: AdminLog, table: AccessTable) -> None:
        """Without `login`, nobody is asked who calls."""
        self._login = login
        self._admin_log = admin_log
        self._table = table

    async def Login(self, request: pb.LoginRequest, context: ServicerContext) -> pb.LoginResponse:
        metadata = dict(context.invocation_metadata() or ())
        address = caller_address(context.peer(), str(metadata.get("x-forwarded-for", "")))
        name, token = await self._configured().login(request.name, request.password, address=address)
        identity = identity_pb2.Identity(
            name=name,
            kind=identity_pb2.IDENTITY_KIND_PERSON,
            method=identity_pb2.PROOF_METHOD_PASSWORD,
            credential_id=token.token_id,
        )
        ends = Timestamp(seconds=math.floor(token.expires_at))
        return pb.LoginResponse(token=token.text, expire_time=ends, identity=identity)

    async def Logout(self, request: pb.LogoutRequest, context: ServicerContext) -> pb.LogoutResponse:
        login, identity = self._configured(), current_call.get().identity
        if identity is None or identity.method is not ProofMethod.PASSWORD:
            raise NotLoggedInHereError
        login.logout(identity)
        return pb.LogoutResponse()

    async def WhoAmI(self, request: pb.WhoAmIRequest, context: ServicerContext) -> pb.WhoAmIResponse:
        identity = current_call.get().identity
        if identity is None:
            return pb.WhoAmIResponse(allowed_methods=[name.lstrip("/") for name in self._table])
        return pb.WhoAmIResponse(
            identity=write_identity(RecordedIdentity.of(identity)),
            roles=[identity_pb2.Role.Value(f"ROLE_{role.upper()}") for role in in_order(identity.roles)],
            allowed_methods=[name.lstrip("/") for name, access in self._table.items() if access.allows(identity)],
        )

    async def ListAdminEvents(
        self, request: pb.ListAdminEventsRequest, context: ServicerContext
    ) -> pb.ListAdminEventsResponse:
        page = await list_entities(self._admin_log.page, messages.write_admin_event, request)
        return pb.ListAdminEventsResponse(
            events=page.messages, next_page_token=page.next_token, unreachable=page.unreachable
        )

    def _configured(self) -> "PasswordLogin":
        if self._login is None:
            raise LoginNotConfiguredError
        return self._login
