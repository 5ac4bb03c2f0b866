"""Reports in the forms in which they are sent and recorded, each made once, when it is first asked for."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from feasibility_svc.domain.cut.used_entries import used_entries
from feasibility_svc.domain.engine.report import Report
from feasibility_svc.domain.views.program_envelope import program_envelope
from feasibility_svc.service import gcode_messages, messages, report_messages
from feasibility_svc.usecases.evaluate import EarlierReport, EvaluateSetup, EvaluationQuery
from foundation import canonical_json
from foundation.canonical_json import JsonObject
from foundation.json_members import child, children
from rmos.type.v1 import context_pb2, design_pb2
from rmos.type.v1 import feasibility_report_pb2 as pb
from rpckit import proto_json

LONGEST_INPUTS = 16 * 1024
_REPORT_BYTES, _PART_BYTES = 16 * 1024, 3 * 1024
"""What a report takes of memory in all its forms, and each assessment or fret in it, about."""


class ReportKey(NamedTuple):
    """Everything a report follows from but the catalogue; messages as bytes."""

    design: bytes
    context: bytes
    engine_id: str
    strict_legacy: bool


@dataclass(frozen=True)
class ReportRequest:
    """A report that is asked for."""

    design: design_pb2.Design
    context: context_pb2.Context
    engine_id: str = ""
    strict_legacy: bool = False
    earlier: EarlierReport | None = None
    """Whose catalogue is wanted; None for the catalogue as it is."""

    @property
    def is_long(self) -> bool:
        """Whether the inputs hold whole toolpaths or the like: a path of 100,000 points takes a second."""
        return self.design.ByteSize() + self.context.ByteSize() > LONGEST_INPUTS

    @cached_property
    def key(self) -> ReportKey | None:
        if self.is_long or self.earlier is not None:
            return None
        sent = self.design.SerializeToString(), self.context.SerializeToString()
        return ReportKey(*sent, self.engine_id, self.strict_legacy)


@dataclass(frozen=True)
class EncodedReport:
    """A report without its volatile members."""

    content: JsonObject
    compute_ms: float
    """What the engine took."""
    envelope: bytes
    """What was evaluated, as limits of programs: a message."""
    catalogue_revision: str
    is_complete: bool

    @cached_property
    def document(self) -> bytes:
        """Canonical JSON: what is recorded."""
        return canonical_json.dumps(self.content)

    @cached_property
    def _message(self) -> bytes:
        return report_messages.write_report(self.content, compute_ms=self.compute_ms).SerializeToString()

    def message(self, request_id: str) -> bytes:
        """The bytes of the message for a call."""
        return self._message + pb.FeasibilityReport(request_id=request_id).SerializeToString()

    @property
    def size_bytes(self) -> int:
        """What it takes of memory, about; no form is made to find out."""
        frets = children(child(self.content, "fret_summary"), "frets")
        return _REPORT_BYTES + _PART_BYTES * (len(children(self.content, "assessments")) + len(frets))


class ReportEncoder:
    """Reads requests, has them evaluated, and encodes the reports."""

    def __init__(self, evaluation: EvaluateSetup) -> None:
        self.evaluation = evaluation

    def read(
        self,
        design: design_pb2.Design,
        context: context_pb2.Context,
        engine_id: str,
        earlier: EarlierReport | None = None,
    ) -> EvaluationQuery:
        """The query of a request.

        Raises:
            InvalidFieldsError: A field breaks a rule.
            EntryNotFoundError: An id names nothing.
        """
        return self.evaluation.query(
            proto_json.read(design, "design"),
            proto_json.read(context, "context"),
            messages.read_engine_id(engine_id),
            earlier,
        )

    def report(self, request: ReportRequest) -> EncodedReport:
        """The report on a request.

        Raises:
            As `read`.
        """
        query = self.read(request.design, request.context, request.engine_id, request.earlier)
        report, compute_ms = self.evaluation.evaluate(query)
        return self.encode(query, report, compute_ms, strict_legacy=request.strict_legacy)

    def encode(
        self, query: EvaluationQuery, report: Report, compute_ms: float, *, strict_legacy: bool = False
    ) -> EncodedReport:
        """The report on a query that is evaluated."""
        return EncodedReport(
            content=report_messages.report_content(
                report,
                inputs_sha256=query.inputs_sha256,
                strict_legacy=strict_legacy,
                used=used_entries(query.situation),
            ),
            compute_ms=compute_ms,
            envelope=gcode_messages.write_envelope(program_envelope(query.situation)).SerializeToString(),
            catalogue_revision=query.situation.catalogue.revision,
            is_complete=not report.faults,
        )
