"""A place is not held by who brings nothing: uploads have to keep coming."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from foundation.errors import UploadStalledError
from rpckit.interceptors.interceptor import Interceptor, Method, ServedCall

LONGEST_IDLE_S = 30.0


class UploadIdlenessInterceptor(Interceptor):
    """Ends an upload whose next message does not come in time."""

    def __init__(self, longest_idle_s: float = LONGEST_IDLE_S) -> None:
        self._longest_idle_s = longest_idle_s

    def covers(self, method: Method) -> bool:
        return method.upload

    def before(self, call: ServedCall) -> None:
        call.request = _flowing(call.request, self._longest_idle_s)


async def _flowing(requests: AsyncIterator[Any], longest_idle_s: float) -> AsyncIterator[Any]:
    while True:
        try:
            async with asyncio.timeout(longest_idle_s):
                request = await anext(aiter(requests))
        except StopAsyncIteration:
            return
        except TimeoutError as error:
            raise UploadStalledError(longest_idle_s) from error
        yield request
