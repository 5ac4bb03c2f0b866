"""Programs as they come in: a header, then each program and its bytes."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from foundation.errors import InvalidFieldsError

MOST_PROGRAM_BYTES = 32 * 1024 * 1024
MOST_CALL_BYTES = 64 * 1024 * 1024
MOST_PROGRAMS = 64

Header = TypeVar("Header")


@dataclass(slots=True)
class ProgramUpload(Generic[Header]):
    """The header and the programs of a call."""

    header: Header
    programs: list[bytes] = field(default_factory=list)

    @property
    def sha256(self) -> list[str]:
        return [hashlib.sha256(data).hexdigest() for data in self.programs]


async def receive(requests: AsyncIterator[Any], header_type: type[Header]) -> ProgramUpload[Header]:
    """Everything a call sends, in any of the messages that hold a header, a program or a chunk.

    Raises:
        InvalidFieldsError: The header is missing, late or comes twice; there is no program, or too much of them.
    """
    header: Header | None = None
    programs: list[bytearray] = []
    total = 0
    async for request in requests:
        part = request.WhichOneof("part")
        if part == "header":
            if header is not None or programs:
                raise InvalidFieldsError.one("header", "comes once, before everything else")
            header = request.header
            assert isinstance(header, header_type)
        elif part == "program":
            programs.append(bytearray())
            _check_count(len(programs))
        elif part == "chunk":
            total += len(request.chunk)
            if not programs:
                programs.append(bytearray())
            programs[-1] += request.chunk
            _check_size(len(programs[-1]), total)
    if header is None:
        raise InvalidFieldsError.one("header", "is required")
    if not programs:
        raise InvalidFieldsError.one("chunk", "at least one program is required")
    return ProgramUpload(header, [bytes(data) for data in programs])


def _check_count(count: int) -> None:
    if count > MOST_PROGRAMS:
        raise InvalidFieldsError.one("program", f"more than {MOST_PROGRAMS} programs")


def _check_size(of_program: int, of_call: int) -> None:
    if of_program > MOST_PROGRAM_BYTES:
        raise InvalidFieldsError.one("chunk", f"a program of more than {MOST_PROGRAM_BYTES} bytes")
    if of_call > MOST_CALL_BYTES:
        raise InvalidFieldsError.one("chunk", f"programs of more than {MOST_CALL_BYTES} bytes together")
