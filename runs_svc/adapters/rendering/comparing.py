"""Compares runs: small ones in a thread, large ones in a process of their own.

A comparison of long programs holds the interpreter for a second and takes hundreds of megabytes.
"""

from functools import partial

from rpckit.threads import in_thread
from runs_svc.adapters.rendering.beside import CostlyWorkError, Limits, run_beside
from runs_svc.adapters.rendering.workers import Workers
from runs_svc.domain.errors import ComparisonTooLargeError
from runs_svc.domain.runs.comparison import Comparison, Side, compare

_SMALL_BYTES = 128 * 1024
_SMALL_PROGRAM_BYTES = 16 * 1024
_LIMITS = Limits(processor_s=60, wall_s=60.0, memory_bytes=2 * 1024**3)


class Comparer:
    """One large comparison after the other."""

    def __init__(self) -> None:
        self._workers = Workers(1)

    async def compare(self, left: Side, right: Side, *, keep_full: bool) -> Comparison:
        """The comparison of two runs.

        Raises:
            ComparisonTooLargeError: It takes too long, or too much memory.
        """
        documents = len(left.document) + len(right.document)
        programs = left.size_bytes + right.size_bytes - documents
        if documents <= _SMALL_BYTES and programs <= _SMALL_PROGRAM_BYTES:
            return await in_thread(compare, left, right, keep_full=keep_full)
        try:
            return await self._workers.run(run_beside, partial(compare, left, right, keep_full=keep_full), _LIMITS)
        except CostlyWorkError as error:
            raise ComparisonTooLargeError(str(error)) from error
