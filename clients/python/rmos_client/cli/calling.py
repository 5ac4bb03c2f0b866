"""What commands of rmosctl share: a stub for the time of a command, and lists of many pages."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Annotated, Any, TypeAlias, TypeVar

import grpc
import typer
from google.protobuf.descriptor import EnumDescriptor
from google.protobuf.message import Message

from rmos_client import calls
from rmos_client.calls import LARGEST_PAGE, call
from rmos_client.channel import open_channel
from rmos_client.lengths import millimetres

Stub = TypeVar("Stub")
Answer = TypeVar("Answer", bound=Message)

SEARCHING_S = 60.0
"""For a server that searches: a busy machine may take longer than other calls wait."""
RunId: TypeAlias = Annotated[str, typer.Argument(help="Run id, run_ and 12 hex digits.")]
JsonOption: TypeAlias = Annotated[bool, typer.Option("--json", help="Print the contract's JSON.")]
LimitOption: TypeAlias = Annotated[int, typer.Option("--limit", min=1, help="At most so many.")]
FilterOption: TypeAlias = Annotated[str, typer.Option("--filter", help='For example: title = "rosette*".')]
PersonOption: TypeAlias = Annotated[
    str, typer.Option("--person", envvar="RMOS_PERSON", help="Who does this; after `rmosctl login` it may be left out.")
]


def length_option(help: str) -> Any:
    """An option for a length: a number is mm, anything else names its unit."""
    return typer.Option(help=f"{help} [mm]; or with its unit: 3 5/8 in.", parser=_length, metavar="LENGTH")


def _length(text: Any) -> float:
    value = millimetres(str(text), per_minute=False)
    if value is not None:
        return value
    try:
        return float(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no length; write 92.1, 92.1 mm or 3 5/8 in") from error


@contextmanager
def connected(stub: Callable[[grpc.Channel], Stub], address: str) -> Iterator[Stub]:
    """A stub of a service while the command runs."""
    with open_channel(address) as channel:
        yield stub(channel)


def ask(
    method: Callable[..., Answer], request: Message | Iterator[Message], *, timeout_s: float | None = None
) -> Answer:
    """The answer to one call.

    Raises:
        RmosError: The call failed.
    """
    return call(method, request, request_id=None, timeout_s=timeout_s)


def pages(method: Callable[..., Any], request: Any, items: str, *, limit: int | None = None) -> Iterator[Any]:
    """Items of a list, page after page; at most `limit` of them.

    Raises:
        RmosError: The call failed.
    """
    page_size = LARGEST_PAGE if limit is None else min(limit, LARGEST_PAGE)
    return islice(calls.pages(method, request, items, page_size=page_size), limit)


def resource_name(collection: str, given: str) -> str:
    """The name of a resource from its id or its name: "runs" and "run_…" are "runs/run_…"."""
    return f"{collection}/{given.removeprefix(f'{collection}/')}"


def enum_value(kind: Any, given: str, *, option: str) -> Any:
    """The value of an enum of the contract from its short name: "pending" is `ASSET_STATE_PENDING`.

    Raises:
        typer.BadParameter: There is none of that name; those that there are, are named.
    """
    descriptor: EnumDescriptor = kind.DESCRIPTOR
    prefix = descriptor.values[0].name.removesuffix("UNSPECIFIED")
    known = {value.name.removeprefix(prefix).lower(): value.number for value in descriptor.values[1:]}
    number = known.get(given.lower().replace("-", "_"))
    if number is None:
        raise typer.BadParameter(f"{given!r}; allowed: {', '.join(known)}", param_hint=option)
    return number
