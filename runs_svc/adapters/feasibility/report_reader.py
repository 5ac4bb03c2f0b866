"""Reports as documents of the feasibility service, checked before anything in them is believed."""

from rmos.type.v1 import feasibility_report_pb2
from rpckit import proto_json
from runs_svc.domain.runs.report import Report, read_document
from runs_svc.domain.runs.report_check import violations_of
from runs_svc.ports import FeasibilityUnavailableError, UnbelievableReportError


class CheckedReports:
    """Reads documents, and refuses those that break the rules of reports."""

    def read(self, document: bytes) -> Report:
        try:
            report = read_document(document)
            if wrong := violations_of(report.content):
                raise UnbelievableReportError(wrong)
            proto_json.write(feasibility_report_pb2.FeasibilityReport, report.content)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise FeasibilityUnavailableError("its answer cannot be read as a report", cause=str(error)) from error
        return report
