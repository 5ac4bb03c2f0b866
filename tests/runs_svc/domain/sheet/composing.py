"""Setup sheets of runs that are made up, and their rows as a person reads them."""

from dataclasses import replace
from typing import Any

from foundation.canonical_json import JsonObject
from runs_svc.domain.runs.program_audit import compose_audit
from runs_svc.domain.runs.run_view import RunView, view_of
from runs_svc.domain.sheet.comparison import LastFinished
from runs_svc.domain.sheet.compose import SheetSources, compose_sheet
from runs_svc.domain.sheet.sheet import SetupSheet
from runs_svc.domain.sheet.texts import Texts, Units
from runs_svc.domain.sheet.words import Language
from tests import builders

EN, DE = Texts(Language.EN, Units.MM), Texts(Language.DE, Units.MM)
WHEN = "2026-03-01T12:00:00.000000Z"
ENTRIES: dict[str, Any] = {
    "material": {"display_name": "Sitka spruce"},
    "tool": {
        "display_name": "Down-cut spiral",
        "kind": "END_MILL",
        "diameter_mm": 3.175,
        "flute_count": 2,
        "stickout_mm": 20,
    },
    "machine": {"display_name": "Shapeoko 3", "acceleration_mm_per_s2": 400},
}


def amendment(kind: str, **body: Any) -> JsonObject:
    return {"kind": kind, "created_at_utc": WHEN, "request_id": "req_1", "body": body}


def view(*amendments: JsonObject, report: dict[str, Any] | None = None, **attempt: Any) -> RunView:
    made = builders.record(report_value=report or builders.complete_report(), **attempt)
    found = view_of(made.run_id, made.content, made.digest.sha256)
    for item in amendments:
        found = found.with_amendment(item)
    return found


def enveloped(of: RunView, envelope: JsonObject) -> RunView:
    return view_of(of.run_id, replace(of.document, envelope=envelope), of.sha256)


def audited(
    of: RunView, *findings: JsonObject, outcome: str = "INSIDE", measured: list[JsonObject] | None = None
) -> JsonObject:
    report: JsonObject = {"outcome": outcome, "findings": list(findings), "programs": measured or []}
    return {**amendment("audit"), "body": compose_audit(of.programs.programs, report)}


def sheet(
    of: RunView, texts: Texts = EN, *, program: str = "", last: RunView | None = None, **entries: Any
) -> SetupSheet:
    step: JsonObject = {"step": "FINISHED", "instrument_serial": "0151", "created_at_utc": WHEN}
    finished = None if last is None else LastFinished(last, step)
    return compose_sheet(SheetSources(of, entries or ENTRIES, program, finished), texts)


def rows(of: SetupSheet) -> dict[str, str]:
    return {row.row_id: row.said.text.replace("\u202f", " ") for group in of.groups for row in group.rows}
