"""Who calls, and whether they may: before anything of the request is looked at."""

from collections.abc import Awaitable
from typing import TYPE_CHECKING

from foundation.access_errors import UnlistedMethodError
from foundation.call import Call, current_call
from foundation.identity import Identity
from rpckit.authentication.access import AccessTable
from rpckit.authentication.bearer import read_bearer
from rpckit.interceptors.interceptor import Interceptor, Method, ServedCall

if TYPE_CHECKING:  # cryptography is loaded only by servers that ask who calls
    from rpckit.authentication.authenticator import Authenticator


class AuthenticationInterceptor(Interceptor):
    """Finds out who calls, and refuses whom the table does not let in."""

    def __init__(self, authenticator: "Authenticator", table: AccessTable) -> None:
        self._authenticator = authenticator
        self._table = table

    def covers(self, method: Method) -> bool:
        access = self._table.get(method.name)
        return access is None or not access.public

    def before(self, call: ServedCall) -> Awaitable[None] | None:
        """Let the caller in.

        Raises:
            CredentialsMissingError, CredentialsInvalidError, CredentialsUncheckedError: Nobody knows who calls.
            RoleRequiredError, PersonNeededError, UnlistedMethodError: They may not.
        """
        bearer = read_bearer(call.metadata)
        if bearer is None:
            self._admit(call, self._authenticator.of_certificate(call.context.auth_context()))
            return None
        identity = self._authenticator.remembered(bearer)
        if identity is None:
            return self._verify(call, bearer)
        self._admit(call, identity)
        return None

    async def _verify(self, call: ServedCall, bearer: str) -> None:
        self._admit(call, await self._authenticator.verify(bearer))

    def _admit(self, call: ServedCall, identity: Identity) -> None:
        call.identity = identity
        access = self._table.get(call.method.name)
        if access is None:
            raise UnlistedMethodError(call.method.name.lstrip("/"))
        access.check(call.method.name.lstrip("/"), identity)
        current_call.set(Call(call.request_id, call.deadline_at, identity, call.recorded))
