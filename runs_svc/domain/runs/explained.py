"""The explanation of a run in a sentence: the computed one that was kept with it, else what follows from its verdict.

Words of callers stand behind a computed one, as theirs: nobody words a verdict away.
"""

from typing import NamedTuple

from foundation.canonical_json import JsonMapping
from foundation.json_members import text
from runs_svc.domain.runs.imported import origin_of
from runs_svc.domain.runs.report import deciding_finding
from runs_svc.domain.runs.run_document import RunDocument
from runs_svc.domain.runs.run_view import RunView

COMPUTED = "computed"
"""The member of a kept explanation that says that it was made from the verdict, and by no caller."""
_LONGEST = 500


class Explained(NamedTuple):
    """Whether there is an explanation, and its first sentence."""

    status: str
    summary: str


def explanation_of(view: RunView) -> Explained:
    """The explanation of a run as it is now, with the reason its gate was opened for."""
    override = view.later.override
    status, said = _said(view)
    opened = f"Opened by {override['person']}: {override['reason']}" if override is not None else ""
    both = (said.removesuffix("."), opened) if opened else (said,)
    return Explained(status, ". ".join(part for part in both if part)[:_LONGEST])


def _said(view: RunView) -> Explained:
    kept, computed = view.later.explanation, _of_verdict(view.document)
    if not kept:
        return computed
    stated = Explained(text(kept, "status") or "READY", text(kept, "summary"))
    if kept.get(COMPUTED) is True or view.document.origin is not None or computed.status == "NONE":
        return stated
    words = f"{stated.status}: {stated.summary}" if stated.summary else stated.status
    return Explained(computed.status, f"{computed.summary}. Somebody added {words}")


def _of_verdict(run: RunDocument) -> Explained:
    if run.origin is not None:
        summary = str(origin_of(run)["explanation_summary"])
        return Explained("READY", summary) if summary else Explained("NONE", "")
    if run.feasibility is not None:
        return Explained("READY", _deciding(run.feasibility))
    return Explained("READY", f"ERROR: {run.errors[0]}") if run.errors else Explained("NONE", "")


def _deciding(report: JsonMapping) -> str:
    return ": ".join(part for part in (text(report, "overall_risk"), deciding_finding(report)) if part)
