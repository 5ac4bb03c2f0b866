"""How large a run may become: whatever is recorded can be read again by every client.

A run is recorded when its message fits into an answer. Notes, advisories, explanations and attachments leave a reserve
free, in which the decisions of people and the steps at the machine have room. Those are bounded each, and are refused
only at what the transport carries.
"""

from collections.abc import Callable, Mapping

from foundation.message_size import LARGEST_ANSWER, LARGEST_CARRIED
from runs_svc.domain.errors import RecordTooLargeError
from runs_svc.domain.runs.amendments import AmendmentKind
from runs_svc.domain.runs.run_view import RunView

_REST_BYTES = 4 * 1024
"""What an answer holds beside the run, at most."""
_RESERVE_BYTES = 256 * 1024
LARGEST_NEW = LARGEST_ANSWER - _REST_BYTES
LARGEST_WITH_NOTES = LARGEST_ANSWER - _RESERVE_BYTES
LARGEST_OF_ALL = LARGEST_CARRIED - _RESERVE_BYTES
_LARGEST_BY_KIND: Mapping[AmendmentKind, int] = {
    AmendmentKind.ANNOTATION: LARGEST_WITH_NOTES,
    AmendmentKind.ADVISORY: LARGEST_WITH_NOTES,
    AmendmentKind.EXPLANATION: LARGEST_WITH_NOTES,
}
_GROWTH = 12
"""A message has at most so many times the bytes of its JSON: `0,` in a list of open JSON becomes 11, and what a note
says about meta stands in the note and in the run's meta."""


def largest_after(kind: AmendmentKind) -> int:
    """How large the message of a run may be with an amendment of a kind."""
    return _LARGEST_BY_KIND.get(kind, LARGEST_OF_ALL)


class RunSizes:
    """Weighs runs, where that could matter at all."""

    def __init__(self, weigh: Callable[[RunView], int]) -> None:
        self._weigh = weigh
        """The bytes of a run's message."""

    def surely_fits(self, json_bytes: int, most: int) -> bool:
        """Whether the message of a run fits, to be seen from the size of its documents."""
        return json_bytes * _GROWTH <= most

    def check(self, view: RunView, most: int) -> None:
        """Refuse a run that is larger.

        Raises:
            RecordTooLargeError: It is.
        """
        size = self._weigh(view)
        if size > most:
            raise RecordTooLargeError(f"runs/{view.run_id}", size, most)


UNWEIGHED = RunSizes(lambda view: 0)
"""For those who add only what is never refused."""
