"""The explanation of a run in a sentence: the one that was kept with it, else what follows from its verdict."""

from typing import NamedTuple

from foundation.canonical_json import JsonMapping
from foundation.json_members import text
from runs_svc.domain.runs.imported import origin_of
from runs_svc.domain.runs.report import deciding_finding
from runs_svc.domain.runs.run_document import RunDocument
from runs_svc.domain.runs.run_view import RunView

_LONGEST = 500


class Explained(NamedTuple):
    """Whether there is an explanation, and its first sentence."""

    status: str
    summary: str


def explanation_of(view: RunView) -> Explained:
    """The explanation of a run as it is now, with the reason its gate was opened for."""
    kept, override = view.later.explanation, view.later.override
    status, said = (text(kept, "status") or "READY", text(kept, "summary")) if kept else _of_verdict(view.document)
    opened = f"Opened by {override['person']}: {override['reason']}" if override is not None else ""
    return Explained(status, " ".join(part for part in (said, opened) if part)[:_LONGEST])


def _of_verdict(run: RunDocument) -> Explained:
    if run.origin is not None:
        summary = str(origin_of(run)["explanation_summary"])
        return Explained("READY", summary) if summary else Explained("NONE", "")
    if run.feasibility is not None:
        return Explained("READY", _deciding(run.feasibility))
    return Explained("READY", f"ERROR: {run.errors[0]}") if run.errors else Explained("NONE", "")


def _deciding(report: JsonMapping) -> str:
    return ": ".join(part for part in (text(report, "overall_risk"), deciding_finding(report)) if part)
