"""Lists of entities as their servicers answer them: each is filtered, paged and cut to its budget alike."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from rpckit.page_tokens import Fitting, Message, PageRequest, Room
from runs_svc.usecases.entities.entity import EntityPage, Revision

Entity = TypeVar("Entity")
M = TypeVar("M", bound=Message)


class ListRequest(PageRequest, Protocol):
    """What a request of a filtered list has."""

    @property
    def filter(self) -> str: ...


class FindPage(Protocol[Entity]):
    """Finds a page of entities, and lets each into what the page has left."""

    async def __call__(
        self, room: Room[Revision[Entity]], *, filter_text: str, page_size: int, page_token: str
    ) -> EntityPage[Entity]: ...


@dataclass(frozen=True, slots=True)
class ListedEntities(Generic[M]):
    """The messages of a page, the subject ids of what cannot be read, and the token of the next page."""

    messages: Sequence[M]
    unreachable: Sequence[str]
    next_token: str


async def list_entities(
    find: FindPage[Entity], write: Callable[[Revision[Entity]], M], request: ListRequest
) -> ListedEntities[M]:
    """The page that a request asks for.

    Raises:
        InvalidFilterError, InvalidPageTokenError, InvalidFieldsError: As the use case that finds it.
    """
    room = Fitting(write)
    page = await find(room, filter_text=request.filter, page_size=request.page_size, page_token=request.page_token)
    return ListedEntities(room.messages, page.unreachable, page.next_token)
