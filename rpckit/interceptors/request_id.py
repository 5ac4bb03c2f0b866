"""The correlation id of a call: accepted or minted, echoed, logged, forwarded."""

import random
import re
from collections.abc import Awaitable

from foundation.call import Call, current_call
from rpckit.interceptors.interceptor import Interceptor, Metadata, ServedCall

METADATA_KEY = "x-request-id"
_ACCEPTED = re.compile(r"[A-Za-z0-9._-]{1,128}")
_numbers = random.Random(random.SystemRandom().getrandbits(256))  # noqa: S311  an id is unique, no secret


class RequestIdInterceptor(Interceptor):
    """Names the call and sends the name back before anything else, so that it survives an abort."""

    def before(self, call: ServedCall) -> Awaitable[None]:
        given = accept(call.metadata)
        call.request_id_minted = given is None
        call.request_id = request_id = given or mint()
        # each call runs in a context of its own
        current_call.set(Call(request_id, call.deadline_at, recorded=call.recorded))
        return call.context.send_initial_metadata(((METADATA_KEY, request_id),))


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
