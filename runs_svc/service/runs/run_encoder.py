"""Runs as the bytes of protobuf messages, which in a row are one message."""

from foundation.canonical_json import JsonMapping
from foundation.message_size import PAGE_BUDGET
from rmos.runs.v1 import run_pb2
from rmos.runs.v1 import runs_service_pb2 as pb
from rpckit import preencoded
from runs_svc.domain.runs.run_document import RunDocument
from runs_svc.domain.runs.run_view import RunView
from runs_svc.ports import EncodedRuns, ListedRun, StoredRun
from runs_svc.service.runs import amendment_messages, messages
from runs_svc.usecases.runs.read import read_run


class RunEncoder:
    """Runs as messages of `rmos.runs.v1.Run`, rows as parts of a `ListRunsResponse`."""

    def stored(self, stored: StoredRun) -> bytes:
        return self.view(read_run(stored))

    def view(self, view: RunView) -> bytes:
        document = view.document
        return self.rest(view) + self.inputs(document) + self.evaluated(document, self.report(document))

    def rest(self, view: RunView) -> bytes:
        return messages.write_rest(view).SerializeToString()

    def inputs(self, document: RunDocument) -> bytes:
        return messages.write_inputs(document.inputs).SerializeToString()

    def report(self, document: RunDocument) -> bytes:
        if document.feasibility is None:
            return b""
        return messages.write_report(document.feasibility).SerializeToString()

    def evaluated(self, document: RunDocument, report: bytes) -> bytes:
        if document.feasibility is None:
            return b""
        # one field, not two that readers join: Envoy takes a field that may be there once only once
        whole = report + messages.write_report(document.evaluation).SerializeToString()
        return preencoded.field(run_pb2.Run.FEASIBILITY_FIELD_NUMBER, whole)

    def row(self, listed: ListedRun) -> bytes:
        return pb.ListRunsResponse(runs=[messages.write_summary(listed)]).SerializeToString()

    def growth(self, amendment: JsonMapping) -> bytes | None:
        return amendment_messages.write_growth(amendment)

    def grown(self, amendment: JsonMapping, *, before_sha256: str, sha256: str) -> bytes | None:
        return None  # only one who has kept the bytes from before can say


class EncodedPage:
    """The rows of one response of ListRuns, as long as they fit."""

    __slots__ = ("_left", "_runs", "rows")

    def __init__(self, runs: EncodedRuns) -> None:
        self._runs = runs
        self._left = PAGE_BUDGET
        self.rows: list[bytes] = []

    def take(self, listed: ListedRun) -> bool:
        """Whether a row is still on the page. The first always is."""
        row = self._runs.row(listed)
        self._left -= len(row)
        if self._left < 0 and self.rows:
            return False
        self.rows.append(row)
        return True
