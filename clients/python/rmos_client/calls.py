"""One call: correlation id, deadline, errors as exceptions."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import grpc
from google.protobuf.message import Message

from rmos_client.channel import CLIENT
from rmos_client.errors import RmosError, from_rpc_error, mint_request_id

R = TypeVar("R", bound=Message)
DEFAULT_TIMEOUT_S = 10.0
DEFAULT_STREAM_TIMEOUT_S = 120.0
LARGEST_PAGE = 1_000


def metadata(request_id: str) -> tuple[tuple[str, str], ...]:
    return (("x-request-id", request_id), ("x-rmos-client", CLIENT))


@contextmanager
def as_rmos_errors(request_id: str, limit_s: float | None = None) -> Iterator[None]:
    """Turn a failed call, which might take `limit_s`, into RmosError."""
    try:
        yield
    except grpc.RpcError as error:
        raise from_rpc_error(error, request_id, limit_s) from error


def call_stream(
    method: Callable[..., Iterable[R]],
    request: Message | Iterator[Message],
    *,
    request_id: str | None,
    timeout_s: float | None,
) -> Iterator[R]:
    """The answers of one streaming call.

    Raises:
        RmosError: The call failed, at once or on the way.
    """
    used_id = request_id or mint_request_id()
    limit_s = DEFAULT_STREAM_TIMEOUT_S if timeout_s is None else timeout_s
    with as_rmos_errors(used_id, limit_s):
        yield from method(request, timeout=limit_s, metadata=metadata(used_id))


def call(
    method: Callable[..., R],
    request: Message | Iterator[Message],
    *,
    request_id: str | None,
    timeout_s: float | None,
) -> R:
    """The answer to one call with a single answer.

    Raises:
        RmosError: The call failed.
    """
    used_id = request_id or mint_request_id()
    limit_s = DEFAULT_TIMEOUT_S if timeout_s is None else timeout_s
    with as_rmos_errors(used_id, limit_s):
        arguments: dict[str, object] = {"timeout": limit_s, "metadata": metadata(used_id)}
        return method(request, **arguments)


def pages(method: Callable[..., Any], request: Any, items: str, *, page_size: int = LARGEST_PAGE) -> Iterator[Any]:
    """Every item of a list, page after page.

    Args:
        method: A list method: `stub.ListRuns`.
        request: Its request; page token and, where it is 0, page size are set.
        items: The field of the answer that holds the items: "runs".
        page_size: At most so many a page.

    Raises:
        RmosError: A call failed; ARTIFACT_CORRUPT names, after the rest of its page, what cannot be read.
    """
    request.page_size = request.page_size or page_size
    while True:
        page: Any = call(method, request, request_id=None, timeout_s=None)
        yield from getattr(page, items)
        refuse_unreachable(page)
        request.page_token = page.next_page_token
        if not request.page_token:
            return


def refuse_unreachable(page: Any) -> None:
    """See that a page lacks nothing that belongs on it.

    Raises:
        RmosError: ARTIFACT_CORRUPT, with the names of what cannot be read.
    """
    if names := getattr(page, "unreachable", ()):
        text = f"cannot be read: {', '.join(names)}"
        raise RmosError(code=grpc.StatusCode.DATA_LOSS, reason="ARTIFACT_CORRUPT", message=text)
