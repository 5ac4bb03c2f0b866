"""The programs of a run on the setup sheet: in order, how long, how far, what was found, and who accepted it."""

from collections.abc import Sequence

from foundation.canonical_json import JsonMapping
from foundation.json_members import child, children, number, text
from runs_svc.domain.runs.program_audit import RecordedFinding
from runs_svc.domain.runs.program_gate import ProgramVerdict

Row = tuple[str, str]
NO_PROGRAM = "there is no program in this pack"
_AXES = ("x", "y", "z")


def program_note(verdict: ProgramVerdict) -> str:
    """What the audit of the programs came to, in a sentence."""
    if not verdict.programs:
        return NO_PROGRAM
    names = ", ".join(program.name for program in verdict.programs)
    found = verdict.sentences
    if not found:
        return f"programs audited, nothing was found against what was approved: {names}"
    accepted = verdict.acceptance
    if accepted is None:
        return f"programs held back: {names}: {found[0]}"
    person, reason = text(accepted, "person"), text(accepted, "reason")
    return f"programs accepted by {person} in spite of what was found: {names}: {reason}"


def program_groups(verdict: ProgramVerdict, envelope: JsonMapping) -> Sequence[tuple[str, Sequence[Row]]]:
    """The groups of the sheet about programs; none where there is no program."""
    if not verdict.programs:
        return []
    programs: list[Row] = []
    for place, program in enumerate(verdict.programs):
        programs.append((f"{place + 1}. program", program.name))
        programs.append(("sha256", program.sha256))
        programs.extend(_measured(verdict, place, child(envelope, "stock")))
    found: list[Row] = [(item.level.lower().replace("_", " "), _finding(item)) for item in verdict.findings]
    if verdict.not_audited:
        found.append(("not audited", verdict.not_audited))
    return [
        ("Programs in order", programs),
        ("Found in programs", [*(found or [("nothing", "against what was approved")]), _accepted(verdict)]),
    ]


def _measured(verdict: ProgramVerdict, place: int, stock: JsonMapping) -> Sequence[Row]:
    measured = children(verdict.audit.report, "programs") if verdict.audit is not None else []
    measures = next((item for item in measured if item["program_index"] == place), None)
    if measures is None:
        return [("time", "not known"), ("reach", "not known")]
    reach = child(measures, "reach")
    return [
        ("time", _time(child(measures, "time"))),
        *(
            (f"reach in {axis.upper()}", _reach(child(reach, axis), child(stock, axis)))
            for axis in _AXES
            if axis in reach
        ),
    ]


def _time(time: JsonMapping) -> str:
    shortest_s, longest_s = number(time, "shortest_s") or 0.0, number(time, "longest_s") or 0.0
    if round(shortest_s) == round(longest_s):
        return _minutes(shortest_s)
    return f"{_minutes(shortest_s)} to {_minutes(longest_s)}"


def _minutes(value_s: float) -> str:
    """
    >>> _minutes(91.24)
    '1 min 31 s'
    """
    return f"{round(value_s) // 60} min {round(value_s) % 60} s"


def _reach(span: JsonMapping, stock: JsonMapping) -> str:
    """
    >>> _reach({"min_mm": -2.0, "max_mm": 5.0}, {"min_mm": -2.6, "max_mm": 0.0})
    '-2 to 5 mm; stock -2.6 to 0 mm'
    """
    of_stock = f"; stock {_span(stock)} mm" if stock else ""
    return f"{_span(span)} mm{of_stock}"


def _span(span: JsonMapping) -> str:
    return f"{number(span, 'min_mm') or 0.0:g} to {number(span, 'max_mm') or 0.0:g}"


def _finding(finding: RecordedFinding) -> str:
    lines = f"line {finding.first_line}" if finding.first_line else "the whole program"
    more = f", {finding.count} places" if finding.count > 1 else ""
    return f"program {finding.program + 1}, {lines}{more}: {finding.sentence}"


def _accepted(verdict: ProgramVerdict) -> Row:
    given = verdict.acceptance
    if given is None:
        return "accepted by", "nobody"
    return "accepted by", f"{text(given, 'person')} on {text(given, 'created_at_utc')}: {text(given, 'reason')}"
