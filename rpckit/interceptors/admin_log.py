"""Every privileged call, and every refused one, told to whoever keeps the log of administration."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import grpc

from foundation.identity import Identity
from rpckit.authentication.access import AccessTable
from rpckit.interceptors.interceptor import Interceptor, ServedCall

_REFUSALS = frozenset({grpc.StatusCode.PERMISSION_DENIED, grpc.StatusCode.UNAUTHENTICATED})
_REFUSED = frozenset(code.name for code in _REFUSALS)


@dataclass(frozen=True, slots=True)
class AdminEvent:
    """A privileged call, or a refused one."""

    method: str
    identity: Identity | None
    code: str
    request_id: str
    resource: str
    """What the request names; empty where it names nothing, or was not looked at."""
    peer: str

    @property
    def person(self) -> str:
        """Who called; empty where nobody knows."""
        return self.identity.name if self.identity is not None else ""

    @property
    def outcome(self) -> Literal["done", "refused", "failed"]:
        if self.code in _REFUSED:
            return "refused"
        return "done" if self.code == grpc.StatusCode.OK.name else "failed"

    @property
    def refusal(self) -> str:
        """Who was refused what, and from where nobody knows who; empty for a call that was let in."""
        if self.code not in _REFUSED:
            return ""
        return f"{self.person or self.peer.rpartition(':')[0]}\n{self.method}\n{self.code}"


class AdminLogInterceptor(Interceptor):
    """Tells of calls when they have ended."""

    def __init__(self, table: AccessTable, tell: Callable[[AdminEvent], None]) -> None:
        self._tell = tell
        self._privileged = frozenset(name for name, access in table.items() if access.privileged)

    def before(self, call: ServedCall) -> None:
        if call.method.name in self._privileged:
            # A stream may be closed after its call is freed: asking for the peer then ends the process.
            call.notes[self] = call.context.peer()

    def succeeded(self, call: ServedCall) -> None:
        if call.method.name in self._privileged:
            self._note(call, grpc.StatusCode.OK)

    def failed(self, call: ServedCall, error: BaseException) -> None:
        code = call.status_code()
        if call.method.name in self._privileged or code in _REFUSALS:
            self._note(call, code)

    def _note(self, call: ServedCall, code: grpc.StatusCode) -> None:
        name = getattr(call.request, "name", "")
        self._tell(
            AdminEvent(
                method=call.method.name.lstrip("/"),
                identity=call.identity,
                code=code.name,
                request_id=call.request_id,
                resource=name[:200] if isinstance(name, str) else "",
                peer=call.notes.get(self) or call.context.peer(),
            )
        )
