"""The reader of programs."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from foundation.canonical_json import JsonObject


class ProgramsNotAuditedError(Exception):
    """Programs could not be read and compared. The message says why and may be recorded: it holds no addresses."""

    def __init__(self, message: str, *, cause: str = "") -> None:
        super().__init__(message)
        self.cause = cause or message


@dataclass(frozen=True, slots=True)
class SentProgram:
    """A program on its way to the reader."""

    name: str
    sha256: str
    read: Callable[[], AsyncIterator[bytes]]
    """Its bytes, from the beginning."""


class ProgramAuditor(Protocol):
    """The service that reads programs and compares them with what was approved."""

    async def audit(
        self, programs: Sequence[SentProgram], envelope: JsonObject, *, request_id: str, timeout_s: float
    ) -> JsonObject:
        """The report on the programs of one setup, in their order, as `rmos.type.v1.ProgramAuditReport` in JSON.

        Raises:
            ProgramsNotAuditedError: The service is away, has no room, or gave no answer about these programs in time.
        """
        ...


class ProgramPainter(Protocol):
    """The service that draws programs."""

    async def draw(
        self, programs: Sequence[SentProgram], envelope: JsonObject, look: "ProgramLook", *, request_id: str
    ) -> bytes:
        """The picture of programs, with the places of findings marked.

        Raises:
            DrawingUnavailableError: The service is away, has no room, or did not draw in time.
            NotDrawnError: It says that it cannot draw these.
        """
        ...


class NotDrawnError(Exception):
    """Programs cannot be drawn. The message says why, and is meant for the caller."""


@dataclass(frozen=True, slots=True)
class ProgramLook:
    """What a picture of a program looks like."""

    view: str
    """`top` or `side`."""
    mime: str
    """`image/svg+xml` or `image/png`."""
    width_px: int
