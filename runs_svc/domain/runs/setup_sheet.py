"""The sheet that lies beside the machine: what to clamp, where zero is, which tools, how fast, how long, who agreed.

Everything on it stands in the run's records; what they do not say is said to be unknown.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from foundation.canonical_json import JsonMapping
from foundation.json_members import child, number, text
from runs_svc.domain.runs.amendments import Amendments
from runs_svc.domain.runs.gate import Decision, GateDecision
from runs_svc.domain.runs.imported import decision_of
from runs_svc.domain.runs.program_gate import ProgramVerdict
from runs_svc.domain.runs.program_sheet import program_groups, program_note
from runs_svc.domain.runs.report import assessments_of
from runs_svc.domain.runs.run_document import RunDocument

_MM_PER_INCH = 25.4
_UNKNOWN = "not known"
_NO_TOOL = "no tool number in the program"
_COMMENT = re.compile(r"\([^)\r\n]*\)?|;[^\r\n]*")
"""A comment ends with its line on every controller, also when it is not closed."""
_LINE_END = re.compile(r"\r\n?|\n")
_WORK_OFFSET = re.compile(r"(?<![\w.])G0*(5[4-9](?:\.[1-3])?)(?![\d.])", re.IGNORECASE)
_TOOL = re.compile(r"(?<![\w.])T0*(\d{1,9})(?!\d)", re.IGNORECASE)
_MOST_TOOLS = 100
_MOST_LINES = 10
"""As many are named; of more it is said how many they are."""
Row = tuple[str, str]


@dataclass(frozen=True, slots=True)
class SetupSheet:
    """A sheet, ready to be laid out. Each group has a title and rows of a label and a text."""

    run_id: str
    sha256: str
    title: str
    created_at_utc: str
    verdict: str
    gate: str
    groups: Sequence[tuple[str, Sequence[Row]]]
    warnings: Sequence[str]
    approval: str
    picture: str = ""
    """The rosette of the design as SVG; "" when it has none."""

    @property
    def code(self) -> str:
        """What the QR code holds: run id and digest of the run."""
        return f"{self.run_id} {self.sha256}"


def compose_sheet(
    run: RunDocument, sha256: str, later: Amendments, program: str, *, programs: ProgramVerdict
) -> SetupSheet:
    """The sheet of a run, without its picture.

    Args:
        sha256: Digest of that document.
        later: What was added since.
        program: Text of the program, or its beginning; empty when there is none.
        programs: What was found in the programs of the run.
    """
    context, report = run.inputs.context, run.feasibility or {}
    return SetupSheet(
        run_id=run.run_id,
        sha256=sha256,
        title=run.design_name or run.mode,
        created_at_utc=run.created_at_utc,
        verdict=text(report, "verdict") or run.decision.risk_level.value,
        gate=later.gate(run).value,
        groups=[
            ("Stock", _stock(context)),
            ("Zero and tools", _zero_and_tools(context, program)),
            ("Cut", _cut(child(context, "cut"))),
            ("Holding and time", _holding_and_time(context, report)),
            *program_groups(programs, run.envelope),
            ("Digests", [(name.removesuffix("_sha256"), digest) for name, digest in sorted(run.hashes.items())]),
        ],
        warnings=[*_warnings(decision_of(run), report), *_remarks(program), program_note(programs)],
        approval=_approval(later, run.recorded_gate),
    )


def _stock(context: JsonMapping) -> Sequence[Row]:
    stock, material = child(context, "stock"), child(context, "material")
    return [
        ("material", _named(material, "material")),
        ("moisture", _quantity(number(material, "moisture_percent"), "%")),
        *((name, length_text(number(stock, f"{name}_mm"))) for name in ("width", "length", "thickness")),
    ]


def _zero_and_tools(context: JsonMapping, program: str) -> Sequence[Row]:
    return [
        ("machine", _named(child(context, "machine"), "machine")),
        ("work offsets", ", ".join(f"G{number}" for number in work_offsets(program)) or f"{_UNKNOWN}: see the program"),
        ("tool", _named(child(context, "tool"), "tool")),
        ("tools in order", _listed([f"T{number}" for number in tools(program)], _MOST_TOOLS) or _NO_TOOL),
    ]


def _cut(cut: JsonMapping) -> Sequence[Row]:
    return [
        ("spindle", _quantity(number(cut, "spindle_speed_rpm"), "rpm")),
        ("feed", feed_text(number(cut, "feed_rate_mm_per_min"))),
        ("plunge feed", feed_text(number(cut, "plunge_rate_mm_per_min"))),
        ("depth of pass", length_text(number(cut, "axial_depth_mm"))),
        ("stepover", length_text(number(cut, "radial_width_mm"))),
        ("direction", _word(text(cut, "direction"))),
        ("cooling", _word(text(cut, "cooling"))),
    ]


def _holding_and_time(context: JsonMapping, report: JsonMapping) -> Sequence[Row]:
    held = child(context, "workholding")
    return [
        ("workholding", _word(text(held, "method"))),
        ("clamp force", _quantity(number(held, "clamp_force_n"), "N")),
        ("cut time", time_text(_cut_time_s(report))),
    ]


def _cut_time_s(report: JsonMapping) -> float | None:
    values = [
        number(item, "value")
        for assessment in assessments_of(report)
        for item in assessment.details
        if item.get("name") == "cut_time"
    ]
    return values[0] if values else None


def _warnings(decision: Decision, report: JsonMapping) -> Sequence[str]:
    found = [f"{item.category} {item.risk}: {item.finding}" for item in assessments_of(report) if item.risk != "GREEN"]
    return list(dict.fromkeys([*found, *decision.warnings]))


def _approval(later: Amendments, recorded: GateDecision) -> str:
    if later.override is not None:
        given = later.override
        return f"{given['person']} on {given['created_at_utc']}: {given['reason']} ({given['risk_level']} overridden)"
    return "not needed: the gate is open" if recorded is GateDecision.ALLOWED else "none"


def _remarks(program: str) -> Sequence[str]:
    lines = _listed([str(number) for number in unclosed_comments(program)], _MOST_LINES)
    return [f"program: a comment is not closed in line {lines}; it was read as ending with its line"] if lines else []


def _listed(texts: Sequence[str], most: int) -> str:
    more = f" and {len(texts) - most} more" if len(texts) > most else ""
    return ", ".join(texts[:most]) + more


def unclosed_comments(program: str) -> Sequence[int]:
    """Numbers of the lines with a comment that is opened and not closed.

    >>> unclosed_comments("G54\\n(roughing\\nT2 M6 (drill) ; (9")
    [2]
    """
    lines = _LINE_END.split(program)
    return [
        number
        for number, line in enumerate(lines, start=1)
        if "(" in line and any(text[0] == "(" and text[-1] != ")" for text in _COMMENT.findall(line))
    ]


def work_offsets(program: str) -> Sequence[str]:
    """Work offsets in the order a program first names them.

    >>> work_offsets("G21 G54 (not G55)\\nG0 G59.1 X5")
    ['54', '59.1']
    """
    return list(dict.fromkeys(_WORK_OFFSET.findall(_COMMENT.sub("", program))))


def tools(program: str) -> Sequence[str]:
    """Tool numbers in the order a program first names them.

    >>> tools("T2 M6\\nT01M6 ; T9\\nT2 M6")
    ['2', '1']
    """
    return list(dict.fromkeys(_TOOL.findall(_COMMENT.sub("", program))))


def length_text(value_mm: float | None) -> str:
    """
    >>> length_text(2.6)
    '2.6 mm (0.1024 in)'
    """
    return _UNKNOWN if value_mm is None else f"{value_mm:g} mm ({value_mm / _MM_PER_INCH:.4f} in)"


def feed_text(value_mm_per_min: float | None) -> str:
    """
    >>> feed_text(1750.0)
    '1750 mm/min (68.9 in/min)'
    """
    if value_mm_per_min is None:
        return _UNKNOWN
    return f"{value_mm_per_min:g} mm/min ({value_mm_per_min / _MM_PER_INCH:.1f} in/min)"


def time_text(value_s: float | None) -> str:
    """
    >>> time_text(91.24)
    '1 min 31 s'
    """
    return _UNKNOWN if value_s is None else f"{round(value_s) // 60} min {round(value_s) % 60} s"


def _quantity(value: float | None, unit: str) -> str:
    return _UNKNOWN if value is None else f"{value:g} {unit}"


def _word(value: str) -> str:
    return _UNKNOWN if not value else value.lower().replace("_", " ")


def _named(entry: JsonMapping, group: str) -> str:
    return text(entry, f"{group}_id") or text(entry, "name") or ("given in the record" if entry else _UNKNOWN)
