"""The correlation id of a call: accepted or minted, echoed, logged, forwarded."""

import random
import re
from collections.abc import Awaitable
from contextlib import suppress

import grpc

from foundation.call import Call, current_call
from rpckit.interceptors.interceptor import Interceptor, Metadata, Method, ServedCall

METADATA_KEY = "x-request-id"
_LIBRARIES = "/grpc."
_ACCEPTED = re.compile(r"[A-Za-z0-9._-]{1,128}")
_numbers = random.Random(random.SystemRandom().getrandbits(256))  # noqa: S311  an id is unique, no secret


class RequestIdInterceptor(Interceptor):
    """Names the call and sends the name back as initial metadata, so that it survives an abort.

    Where one answer is awaited they leave with it. A call whose initial metadata have left counts as answered: were its
    server killed then, a proxy in between could only reset it, which callers read as INTERNAL, and neither the proxy
    nor gRPC itself would try it again. Whoever reads a stream wants to know that it is open.
    """

    def before(self, call: ServedCall) -> Awaitable[None] | None:
        given = accept(call.metadata)
        call.request_id_minted = given is None
        call.request_id = given or mint()
        # each call runs in a context of its own
        current_call.set(Call(call.request_id, call.deadline_at, recorded=call.recorded))
        return None if _waits_for_answer(call.method) else _send(call)

    def answering(self, call: ServedCall) -> Awaitable[None] | None:
        return _send(call) if _waits_for_answer(call.method) else None

    def failed(self, call: ServedCall, error: BaseException) -> Awaitable[None] | None:
        return _send(call) if _waits_for_answer(call.method) and isinstance(error, Exception) else None


def _waits_for_answer(method: Method) -> bool:
    """Not where the handler is a library's: it aborts by itself."""
    return not method.answer_streaming and not method.name.startswith(_LIBRARIES)


async def _send(call: ServedCall) -> None:
    if not call.has_initial_metadata:
        call.has_initial_metadata = True
        with suppress(grpc.aio.InternalError):  # whoever asked has gone, which is no fault of the server
            await call.context.send_initial_metadata(((METADATA_KEY, call.request_id),))


def mint() -> str:
    """A fresh id. Asking the system for each number would cost more than the other interceptors together."""
    return f"req_{_numbers.getrandbits(128):032x}"


def accept(metadata: Metadata) -> str | None:
    """The caller's id: the first value, if it is well formed; None otherwise."""
    for key, value in metadata or ():
        if key == METADATA_KEY:
            return well_formed(value)
    return None


def well_formed(value: str | bytes) -> str | None:
    """An id as a caller may give it; None otherwise."""
    return value if isinstance(value, str) and _ACCEPTED.fullmatch(value) else None
