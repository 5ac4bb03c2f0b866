"""Compares runs: small ones in a thread, large ones in a process of their own.

A comparison of long programs holds the interpreter for a second and takes hundreds of megabytes. Beside the server it
does neither: what it took is given back, and one that takes too long or too much is ended.
"""

import asyncio
import pickle
import resource
import sys

from rpckit.threads import in_thread
from runs_svc.domain.errors import ComparisonTooLargeError
from runs_svc.domain.runs.comparison import Comparison, Side, compare

_SMALL_BYTES = 128 * 1024
_SMALL_PROGRAM_BYTES = 16 * 1024
_LONGEST_S = 60.0
_MOST_MEMORY_BYTES = 2 * 1024**3
_AT_ONCE = 1


class Comparer:
    """One large comparison after the other."""

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(_AT_ONCE)

    async def compare(self, left: Side, right: Side, *, keep_full: bool) -> Comparison:
        """The comparison of two runs.

        Raises:
            ComparisonTooLargeError: It takes too long, or too much memory.
        """
        documents = len(left.document) + len(right.document)
        programs = left.size_bytes + right.size_bytes - documents
        if documents <= _SMALL_BYTES and programs <= _SMALL_PROGRAM_BYTES:
            return await in_thread(compare, left, right, keep_full=keep_full)
        async with self._free:
            asked = await in_thread(pickle.dumps, (left, right, keep_full))
            answer = await _beside(asked)
        found: Comparison = await in_thread(pickle.loads, answer)  # written by this program itself
        return found


async def _beside(asked: bytes) -> bytes:
    pipe = asyncio.subprocess.PIPE
    command = (sys.executable, "-m", __name__)
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL)
    try:
        async with asyncio.timeout(_LONGEST_S):
            answer, _ = await process.communicate(asked)
    except TimeoutError as error:
        raise ComparisonTooLargeError(f"it took more than {_LONGEST_S:g} s") from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        raise ComparisonTooLargeError("it took more memory than one comparison may")
    return answer


def main() -> None:
    """Compare what comes in."""
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY_BYTES, _MOST_MEMORY_BYTES))
    left, right, keep_full = pickle.load(sys.stdin.buffer)  # noqa: S301  written by this program itself
    pickle.dump(compare(left, right, keep_full=keep_full), sys.stdout.buffer)


if __name__ == "__main__":
    main()
