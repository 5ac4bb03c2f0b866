"""Get several runs at once."""

from collections.abc import Sequence
from typing import NamedTuple

from rpckit.page_tokens import Room
from runs_svc.domain.ids import RunId
from runs_svc.domain.runs.run_view import RunView
from runs_svc.ports import Ledger
from runs_svc.usecases.runs.read import readable_run


class Batch(NamedTuple):
    """What became of each run of the request; the runs that fit are in the room that the caller gave."""

    unreachable: Sequence[RunId]
    """Absent, or cannot be read."""
    not_returned: Sequence[RunId]
    """Not looked at, or too large for what was left."""


async def batch_get(ledger: Ledger, run_ids: Sequence[RunId], room: Room[RunView]) -> Batch:
    """Fill a room with the runs in the order of the request."""
    unreachable: list[RunId] = []
    for place, run_id in enumerate(run_ids):
        view = await readable_run(ledger, run_id)
        if view is None:
            unreachable.append(run_id)
        elif not room.take(view):
            return Batch(unreachable, run_ids[place:])
    return Batch(unreachable, ())
