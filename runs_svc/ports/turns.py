"""Turns: what one call at a time may do, of all servers of a store."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol


class Turns(Protocol):
    """Has callers wait for one another."""

    def only(self, name: str) -> AbstractAsyncContextManager[None]:
        """While this lasts, nobody else has the turn of this name.

        Raises:
            StoreBusyError: It is not to be had at the moment.
        """
        ...
