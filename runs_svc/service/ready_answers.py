"""Messages of runs as bytes, made once per state of a run.

Building a Run message takes forty times as long as sending its bytes. A run's state is named by the digest of its last
record, so bytes cached under that digest are never stale. Records that were read are hashed before such bytes are used.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from google.protobuf.message import Message

from foundation import canonical_json
from foundation.byte_budget_cache import ByteBudgetCache
from foundation.message_size import PAGE_BUDGET
from rmos.runs.v1 import runs_service_pb2 as pb
from rpckit import preencoded
from runs_svc.domain.errors import RunCorruptError
from runs_svc.ports import ListedRun, StoredRun
from runs_svc.service.runs import amendment_messages, messages
from runs_svc.usecases.runs.amend import AmendResult
from runs_svc.usecases.runs.read import RunView, read_run

M = TypeVar("M", bound=Message)
_MOST_BYTES = 64 * 1024**2


@dataclass(slots=True)
class _Ready:
    """A Run message."""

    run: bytes
    checked: StoredRun | None = None
    """What it was last held against. In memory nothing changes: the same object need not be hashed again."""


class RunMessageCache:
    """Run messages, and the answers that hold one."""

    def __init__(self) -> None:
        self._parts: ByteBudgetCache[str, bytes] = ByteBudgetCache(_MOST_BYTES)
        self._runs: ByteBudgetCache[str, _Ready] = ByteBudgetCache(_MOST_BYTES)

    def answer(self, kind: type[M], view: RunView, rest: M | None = None) -> M:
        """An answer of a kind whose field `run` is this run, with the rest of its fields."""
        return preencoded.answer_with(kind, "run", self.run(view), rest)

    def size(self, view: RunView) -> int:
        """How large a Run message is."""
        return len(self.run(view))

    def run(self, view: RunView) -> bytes:
        """A Run message. Messages in a row are one message."""
        document = view.document
        hashes, report = document.hashes, document.feasibility
        return b"".join(
            (
                messages.write_rest(view).SerializeToString(),
                self._part(hashes["request_sha256"], messages.write_inputs, document.inputs),
                self._part(hashes["feasibility_sha256"], messages.write_report, report) if report is not None else b"",
            )
        )

    def stored(self, stored: StoredRun) -> bytes:
        """The message of a run that the ledger gave.

        Raises:
            RunCorruptError: Any of its documents is altered.
        """
        last = stored.documents[-1].sha256
        ready = self._runs.get(last)
        if ready is None:
            ready = _Ready(self.run(read_run(stored)))
            self._runs.keep(last, ready, len(ready.run))
        elif ready.checked is not stored:
            _check(stored)
        ready.checked = stored
        return ready.run

    def grown(self, added: AmendResult) -> bytes | None:
        """The message of a run with what was added; None where the run must be read for it."""
        before, growth = self._runs.get(added.behind_sha256), amendment_messages.write_growth(added)
        if before is not None and growth is not None:
            run = before.run + growth
        elif added.view is not None:
            run = self.run(added.view)
        else:
            return None
        if added.sha256:
            self._runs.forget(added.behind_sha256)
            self._runs.keep(added.sha256, _Ready(run), len(run))
        return run

    def _part(self, sha256: str, write: Callable[[Any], Message], content: Any) -> bytes:
        """Part of a message that follows from what has a digest: of a series of equal pieces it is written once."""
        part = self._parts.get(sha256)
        if part is None:
            part = write(content).SerializeToString()
            self._parts.keep(sha256, part, len(part))
        return part


def _check(stored: StoredRun) -> None:
    """Hash everything of a run.

    Raises:
        RunCorruptError: Any of its documents is altered.
    """
    for document in stored.documents:
        if not hmac.compare_digest(canonical_json.sha256_hex(document.document), document.sha256):
            raise RunCorruptError(document.subject_id)


class ReadyPage:
    """The rows of one response of ListRuns, as long as they fit."""

    __slots__ = ("_bytes_of", "_left", "lines")

    def __init__(self, bytes_of: Callable[[ListedRun], bytes]) -> None:
        self._bytes_of = bytes_of
        self._left = PAGE_BUDGET
        self.lines: list[bytes] = []

    def take(self, listed: ListedRun) -> bool:
        """Whether a line is still on the page. The first always is."""
        line = self._bytes_of(listed)
        self._left -= len(line)
        if self._left < 0 and self.lines:
            return False
        self.lines.append(line)
        return True


class ListedRunMessageCache:
    """Rows of ListRuns, each as the bytes of the response."""

    def __init__(self) -> None:
        self._lines: ByteBudgetCache[tuple[str, ...], bytes] = ByteBudgetCache(_MOST_BYTES)

    def page(self) -> ReadyPage:
        """An empty page."""
        return ReadyPage(self.bytes_of)

    def bytes_of(self, listed: ListedRun) -> bytes:
        """What a line adds to the bytes of a ListRunsResponse."""
        index = listed.index  # what follows from the record alone need not be in the key
        key = (listed.sha256, index.gate_decision, index.withdrawn, index.machine_id)
        line = self._lines.get(key)
        if line is None:
            line = pb.ListRunsResponse(runs=[messages.write_summary(listed)]).SerializeToString()
            self._lines.keep(key, line, len(line))
        return line
