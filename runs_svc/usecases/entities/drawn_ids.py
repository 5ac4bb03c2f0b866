"""Entities whose ids are drawn: servers of one store draw from one clock, and two may draw the same."""

from collections.abc import Callable
from contextlib import suppress

from foundation.call import Call
from runs_svc.domain.errors import VersionTakenError
from runs_svc.usecases.entities.entity import Change, Entity, Revision
from runs_svc.usecases.entities.repository import EntityRepository

_MOST_DRAWS = 8


async def add_new(
    repository: EntityRepository[Entity],
    draw: Callable[[], str],
    change_of: Callable[[str], Change[Entity]],
    *,
    call: Call,
    subject_of: Callable[[str], str] = str,
) -> Revision[Entity]:
    """The first version of an entity under an id that nobody has.

    Args:
        repository: Where it is added.
        draw: Draws an id.
        change_of: What is added under an id.
        call: The call it is added in.
        subject_of: What records of an id are filed under; the id itself, if nothing is said.

    Raises:
        VersionTakenError: Every id that was drawn is taken.
        RecordTooLargeError: It could not be read.
    """
    for _ in range(_MOST_DRAWS - 1):
        with suppress(VersionTakenError):
            drawn = draw()
            return await repository.add(subject_of(drawn), change_of(drawn), call=call)
    drawn = draw()
    return await repository.add(subject_of(drawn), change_of(drawn), call=call)
