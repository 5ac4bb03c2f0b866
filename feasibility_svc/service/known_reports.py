"""Reports of inputs seen before, as bytes.

A report follows from its inputs, the engine and the catalogue alone. A job is evaluated before it is recorded and again
when it is, and a series of equal pieces many times: only the first time costs an evaluation.
"""

from typing import NamedTuple

from rpckit.kept import Kept

_MOST_BYTES = 4 * 1024**2
LONGEST_INPUTS = 16 * 1024


class Asked(NamedTuple):
    """Everything a report follows from; messages as bytes."""

    design: bytes
    context: bytes
    engine_id: str
    strict_legacy: bool
    catalogue_revision: str

    @property
    def is_long(self) -> bool:
        """Whether the inputs hold whole toolpaths or the like: their reports are not kept."""
        return len(self.design) + len(self.context) > LONGEST_INPUTS


class KnownReports:
    """The reports asked for last."""

    def __init__(self) -> None:
        self._reports: Kept[Asked, bytes] = Kept(_MOST_BYTES)

    def find(self, asked: Asked) -> bytes | None:
        return self._reports.get(asked)

    def keep(self, asked: Asked, report: bytes) -> None:
        """Keep a report; the oldest make room."""
        self._reports.keep(asked, report, len(report))
