"""How many calls and streams may be in flight: apart, so that streams cannot starve calls."""

from rpckit.failure import TooManyCallsError


class Admission:
    """Counts what is in flight. Used from the event loop only."""

    def __init__(self, *, most_calls: int, most_streams: int) -> None:
        self.most_calls = most_calls
        self.most_streams = most_streams
        self.active_calls = 0
        self.active_streams = 0

    def enter(self, *, streaming: bool) -> None:
        """Take a place for one call, until it leaves.

        Raises:
            TooManyCallsError: Every place of its kind is taken.
        """
        if streaming:
            if self.active_streams >= self.most_streams:
                raise TooManyCallsError(f"{self.most_streams} streams are open; try again shortly")
            self.active_streams += 1
        else:
            if self.active_calls >= self.most_calls:
                raise TooManyCallsError(f"{self.most_calls} calls are in flight; try again shortly")
            self.active_calls += 1

    def leave(self, *, streaming: bool) -> None:
        """Give back the place of a call that entered."""
        if streaming:
            self.active_streams -= 1
        else:
            self.active_calls -= 1
