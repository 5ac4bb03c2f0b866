"""One call on an event loop: correlation id, deadline, errors as exceptions. As `calls`, for threads."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any, TypeVar

from google.protobuf.message import Message

from rmos_client.calls import (
    DEFAULT_STREAM_TIMEOUT_S,
    DEFAULT_TIMEOUT_S,
    LARGEST_PAGE,
    as_rmos_errors,
    metadata,
    refuse_unreachable,
)
from rmos_client.errors import mint_request_id

__all__ = ["as_rmos_errors", "call", "call_stream", "metadata", "pages"]

R = TypeVar("R", bound=Message)
Requests = Message | Iterator[Message] | AsyncIterator[Message]


async def call(
    method: Callable[..., Awaitable[R]], request: Requests, *, request_id: str | None, timeout_s: float | None
) -> R:
    """The answer to one call with a single answer.

    Raises:
        RmosError: The call failed.
    """
    used_id = request_id or mint_request_id()
    limit_s = DEFAULT_TIMEOUT_S if timeout_s is None else timeout_s
    with as_rmos_errors(used_id, limit_s):
        return await method(request, timeout=limit_s, metadata=metadata(used_id))


async def call_stream(
    method: Callable[..., Any], request: Requests, *, request_id: str | None, timeout_s: float | None
) -> AsyncIterator[Any]:
    """The answers of one streaming call.

    Raises:
        RmosError: The call failed, at once or on the way.
    """
    used_id = request_id or mint_request_id()
    limit_s = DEFAULT_STREAM_TIMEOUT_S if timeout_s is None else timeout_s
    with as_rmos_errors(used_id, limit_s):
        async for answer in method(request, timeout=limit_s, metadata=metadata(used_id)):
            yield answer


async def pages(
    method: Callable[..., Any], request: Any, items: str, *, page_size: int = LARGEST_PAGE
) -> AsyncIterator[Any]:
    """Every item of a list, page after page; arguments and errors are those of `calls.pages`."""
    request.page_size = request.page_size or page_size
    while True:
        page: Any = await call(method, request, request_id=None, timeout_s=None)
        for item in getattr(page, items):
            yield item
        refuse_unreachable(page)
        request.page_token = page.next_page_token
        if not request.page_token:
            return
