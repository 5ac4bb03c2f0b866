"""Put a setup sheet together from the records of a run."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from foundation.canonical_json import JsonMapping
from foundation.json_members import child, children, number, text
from runs_svc.domain.runs.amendments import EXECUTED_BY
from runs_svc.domain.runs.gate import GateDecision, RiskLevel
from runs_svc.domain.runs.imported import decision_of
from runs_svc.domain.runs.program_gate import ProgramVerdict
from runs_svc.domain.runs.report import assessments_of, deciding_finding
from runs_svc.domain.runs.run_view import RunView
from runs_svc.domain.sheet.comparison import LastFinished, compare
from runs_svc.domain.sheet.frets import places_text
from runs_svc.domain.sheet.item_texts import item_texts
from runs_svc.domain.sheet.items import is_released, items_of, measured_mm, sheet_sha256, tool_numbers
from runs_svc.domain.sheet.marks import Marks, marks_of
from runs_svc.domain.sheet.operation import Cut, operation_name, operation_text
from runs_svc.domain.sheet.part_drawing import draw_part
from runs_svc.domain.sheet.program_text import unclosed_comments, work_offsets
from runs_svc.domain.sheet.setup import Entries, Setup, is_sawn
from runs_svc.domain.sheet.sheet import Group, Row, SetupSheet, SheetItem, SheetProgram, SheetTool, Warned
from runs_svc.domain.sheet.texts import Said, Texts
from runs_svc.domain.sheet.zero import zero_text

_LEVELS_OF_RUN = frozenset({"YELLOW", "RED", "UNKNOWN", "ERROR"})
_MOST_WARNINGS = 200
_MOST_LINES = 10


@dataclass(frozen=True, slots=True)
class SheetSources:
    """What a sheet is made of."""

    view: RunView
    entries: Entries
    """What the catalogue says of the presets."""
    program: str
    """Text of the first program, or its beginning; "" where there is none."""
    last: LastFinished | None
    """When this part was finished last."""


def compose_sheet(sources: SheetSources, texts: Texts) -> SetupSheet:
    """The sheet of a run, without the picture of its rosette."""
    view, verdict = sources.view, sources.view.programs
    document, later = view.document, view.later
    setup = Setup(document.inputs.context, sources.entries)
    digest, decision = sheet_sha256(view, verdict), decision_of(document)
    marks, released = marks_of(view.amendments, digest), is_released(view, verdict)
    executed = later.executions[-1] if later.executions else document.linkage
    who = {name: text(executed, name) or document.linkage.get(name, "") for name in EXECUTED_BY}
    offsets = work_offsets(sources.program)
    tools = _tools(view, setup, verdict, texts)
    items = item_texts(items_of(verdict), view, tools, offsets, texts) if released else []
    return SetupSheet(
        texts=texts,
        run_id=document.run_id,
        sha256=digest,
        document_sha256=view.sha256,
        title=document.design_name or operation_name(document.inputs.design, texts) or document.mode,
        instrument_serial=who["instrument_serial"],
        operator=who["operator"],
        recorded_at_utc=document.created_at_utc,
        risk_level=decision.risk_level,
        score=decision.score,
        finding=deciding_finding(document.feasibility or {}),
        gate=view.gate,
        released=released,
        not_released="" if released else _why_not(view, verdict, texts),
        override=later.override,
        groups=[_stock(sources, setup, marks, who["machine_id"], texts), _feeds(view, setup, texts)],
        tools=tools,
        programs=_programs(verdict, texts),
        warnings=_warnings(view, verdict, sources.program, texts),
        acceptance=verdict.acceptance,
        compared=None if sources.last is None else compare(sources.last, view, setup, texts),
        items=[
            SheetItem(item, said, marks.is_done(item.item_id), marks.newest.get(item.item_id)) for item, said in items
        ],
        signature=marks.signature,
        drawing=draw_part(_cut(view, setup), texts),
        last_execution=later.executions[-1] if later.executions else None,
    )


def _why_not(view: RunView, verdict: ProgramVerdict, texts: Texts) -> str:
    """Why a run may not be started, in a sentence."""
    if view.later.tombstone is not None:
        return f"{texts.word('withdrawn')}: {text(view.later.tombstone, 'reason')}"
    if view.gate is GateDecision.BLOCKED:
        level = view.document.decision.risk_level
        may = "needs_person" if level in {RiskLevel.YELLOW, RiskLevel.GREEN} else "not_to_be_cut"
        why = deciding_finding(view.document.feasibility or {}) or decision_of(view.document).block_reason
        return ". ".join(part for part in (f"{texts.known_word(level)}, {texts.word(may)}", why) if part)
    return ": ".join([texts.word("programs_held"), *verdict.sentences[:1]])


def _cut(view: RunView, setup: Setup) -> Cut:
    thickness = number(child(setup.context, "stock"), "thickness_mm")
    return Cut(view.document.inputs.design, thickness, setup.group("tool"))


def _stock(sources: SheetSources, setup: Setup, marks: Marks, machine_id: str, texts: Texts) -> Group:
    view, offsets = sources.view, work_offsets(sources.program)
    stock, material = child(setup.context, "stock"), setup.group("material")
    wood = setup.name("material", texts) or texts.word("not_known")
    if (moisture := number(material, "moisture_percent")) is not None:
        wood += f", {texts.word('moisture', value=texts.quantity(moisture, '%', 1))}"
    sizes = [number(stock, name) for name in ("length_mm", "width_mm", "thickness_mm")]
    cut = operation_text(_cut(view, setup), texts)
    held, envelope = child(setup.context, "workholding"), child(view.document.envelope, "stock")
    return Group(
        "stock",
        texts.word("stock_and_zero"),
        [
            Row("wood", texts.word("wood"), Said(wood, known=bool(setup.name("material", texts)))),
            Row("nominal", texts.word("nominal"), texts.lengths(*sizes)),
            Row("measured", texts.word("measured"), texts.length(measured_mm(marks))),
            Row("cut", texts.word("cut"), Said(cut) if cut else texts.unknown),
            *_by_hand(view, setup, texts),
            *([] if is_sawn(view, setup) else [Row("zero", texts.word("zero"), zero_text(envelope, offsets, texts))]),
            Row("holding", texts.word("held_by"), _holding(held, texts)),
            Row("machine", texts.word("label_machine"), _machine(setup, machine_id, texts)),
        ],
    )


def _by_hand(view: RunView, setup: Setup, texts: Texts) -> Iterator[Row]:
    """What a person sets who cuts without a program: stops, fence and blade."""
    design, cut = view.document.inputs.design, _cut(view, setup)
    if cut.operation == "fret_slots" and (slots := places_text(cut.members, texts)) is not None:
        yield Row("slots", texts.word("from_nut"), slots)
    if not is_sawn(view, setup):
        return
    part = child(child(design, "part"), "rectangle")
    if cut.operation == "saw_cut" and part:
        yield Row("part", texts.word("drawing"), texts.lengths(number(part, "length_mm"), number(part, "width_mm")))
    high = Said(texts.word("above_stock")) if cut.members.get("through") is True else texts.length(cut.depth_mm)
    yield Row("blade_height", texts.word("blade_height"), high)


def _holding(held: JsonMapping, texts: Texts) -> Said:
    parts = [texts.known_word(text(held, "method"))] if text(held, "method") else []
    if (force := number(held, "clamp_force_n")) is not None:
        parts.append(texts.quantity(force, "N", 0))
    if (pressure := number(held, "vacuum_pressure_mpa")) is not None:
        parts.append(texts.quantity(pressure, "MPa"))
    return Said(", ".join(parts)) if parts else texts.unknown


def _machine(setup: Setup, used: str, texts: Texts) -> Said:
    name = setup.name("machine", texts)
    if used and used != setup.preset_id("machine"):
        name = used.replace("_", " ")  # another one than was evaluated: what a step at the machine says
    return Said(name) if name else texts.unknown


_HAS_NONE: Mapping[str, frozenset[str]] = {
    "drilling": frozenset({"feed", "pass", "direction"}),
    "saw_cut": frozenset({"plunge"}),
}
"""What an operation has only where somebody states it."""
_A_SAW_HAS_NONE = frozenset({"plunge", "direction", "cooling"})
"""The same of whatever is cut at a saw."""


def _feeds(view: RunView, setup: Setup, texts: Texts) -> Group:
    cut, operation = child(setup.context, "cut"), _cut(view, setup).operation
    rows = [
        Row("spindle", texts.word("spindle"), texts.speed(number(cut, "spindle_speed_rpm"))),
        Row("feed", texts.word("label_feed"), texts.feed(number(cut, "feed_rate_mm_per_min"))),
        Row("plunge", texts.word("plunge"), texts.feed(number(cut, "plunge_rate_mm_per_min"))),
        Row("pass", texts.word("pass"), _pass(cut, texts)),
        Row("direction", texts.word("direction"), _enum(cut, "direction", texts)),
        Row("cooling", texts.word("cooling"), _enum(cut, "cooling", texts)),
        Row("time", texts.word("time"), _time(view, setup, texts)),
    ]
    without = _A_SAW_HAS_NONE if is_sawn(view, setup) else _HAS_NONE.get(operation, frozenset())
    return Group("feeds", texts.word("feeds"), [row for row in rows if row.said.known or row.row_id not in without])


def _pass(cut: JsonMapping, texts: Texts) -> Said:
    """How deep and how wide one pass cuts."""
    depth, width = texts.length(number(cut, "axial_depth_mm")), texts.length(number(cut, "radial_width_mm"))
    if not depth.known:
        return texts.unknown
    if not width.known:
        return Said(texts.word("deep", value=depth.text), texts.word("deep", value=depth.other))
    return Said(
        texts.word("pass_text", depth=depth.text, width=width.text),
        texts.word("pass_text", depth=depth.other, width=width.other),
    )


def _enum(of: JsonMapping, name: str, texts: Texts) -> Said:
    value = text(of, name)
    return Said(texts.known_word(value)) if value else texts.unknown


def _time(view: RunView, setup: Setup, texts: Texts) -> Said:
    """How long it takes: what the report planned for the machine."""
    details = [
        item
        for assessment in assessments_of(view.document.feasibility or {})
        for item in assessment.details
        if item.get("name") == "cut_time"
    ]
    said = texts.time(number(details[0], "value") if details else None)
    machine = setup.name("machine", texts)
    if not said.known or not machine:
        return said
    planned = number(setup.group("machine"), "acceleration_mm_per_s2") is not None
    how = texts.word("time_planned", machine=machine) if planned else texts.word("time_rough")
    return Said(f"{said.text}, {how}")


def _tools(view: RunView, setup: Setup, verdict: ProgramVerdict, texts: Texts) -> Sequence[SheetTool]:
    """The tools in order. The record describes one; of others it knows what the plan says."""
    numbers, planned = tool_numbers(verdict), children(view.document.envelope, "tools")
    described = setup.group("tool")
    diameters = {number(item, "number"): number(item, "diameter_mm") for item in planned}
    mine = _described(numbers, diameters, number(described, "diameter_mm"))
    depth = _cut(view, setup).depth_mm
    found = []
    for place, tool in enumerate(numbers):
        is_mine = place == mine
        members: JsonMapping = described if is_mine else {"diameter_mm": diameters.get(tool)}
        name = setup.name("tool", texts) if is_mine else ""
        found.append(
            _tool(tool, members, name, setup.tool_text(members, texts, depth_mm=depth if is_mine else None), texts)
        )
    return found


def _described(numbers: Sequence[int], diameters: dict[float | None, float | None], diameter: float | None) -> int:
    """Which of the tools the record describes: the one of its diameter, or else the first."""
    if diameter is not None:
        for place, tool in enumerate(numbers):
            if diameters.get(tool) == diameter:
                return place
    return 0


def _tool(tool: int, members: JsonMapping, name: str, line: str, texts: Texts) -> SheetTool:
    kind, flutes = text(members, "kind"), number(members, "flute_count")
    return SheetTool(
        number=None if tool < 0 else tool,
        name=name or texts.word("see_program"),
        kind=texts.known_word(kind) if kind else "",
        text=line,
        wear=texts.known_word(text(members, "wear")) if text(members, "wear") else "",
        diameter_mm=number(members, "diameter_mm"),
        flute_count=None if flutes is None else int(flutes),
        stickout_mm=number(members, "stickout_mm"),
        flute_length_mm=number(members, "flute_length_mm"),
        outline=kind,
    )


def _programs(verdict: ProgramVerdict, texts: Texts) -> Sequence[SheetProgram]:
    measured = children(verdict.audit.report, "programs") if verdict.audit is not None else []
    by_place = {number(item, "program_index"): item for item in measured}
    return [
        _program(program.name, program.sha256, by_place.get(place, {}), texts)
        for place, program in enumerate(verdict.programs)
    ]


def _program(name: str, sha256: str, measures: JsonMapping, texts: Texts) -> SheetProgram:
    time, reach = child(measures, "time"), child(measures, "reach")
    shortest, longest = number(time, "shortest_s"), number(time, "longest_s")
    lowest = number(child(reach, "z"), "min_mm")
    spans = [
        texts.span(low, high)
        for axis in ("x", "y")
        if (low := number(child(reach, axis), "min_mm")) is not None
        and (high := number(child(reach, axis), "max_mm")) is not None
    ]
    extents = list(dict.fromkeys(spans))
    unknown = texts.word("not_known")
    return SheetProgram(
        name=name,
        sha256=sha256,
        time_text=texts.time(shortest, longest).text,
        lowest_z_text=unknown if lowest is None else f"{texts.coordinate(lowest)}\u202f{texts.unit}",
        extent_text=f"{'; '.join(extents)}\u202f{texts.unit}" if extents else unknown,
        shortest_s=shortest,
        longest_s=longest,
        lowest_z_mm=lowest,
        reach=reach or None,
    )


def _warnings(view: RunView, verdict: ProgramVerdict, program: str, texts: Texts) -> Sequence[Warned]:
    """What is not GREEN, what policies said, what was found in programs."""
    found = _of_run(view)
    accepted = "" if verdict.acceptance is None else text(verdict.acceptance, "person")
    if verdict.not_audited:
        found.append(Warned(verdict.not_audited, finding_level="NOT_VERIFIABLE", accepted_by=accepted))
    for finding in verdict.findings:
        if finding.level == "INFORMATION":
            continue
        name = verdict.programs[finding.program].name if finding.program < len(verdict.programs) else ""
        where = f" {texts.word('line', line=finding.worst_line)}" if finding.worst_line else ""
        held = "" if finding.level == "ERROR" else accepted
        found.append(Warned(f"{name}{where}: {finding.sentence}", finding_level=finding.level, accepted_by=held))
    lines = [str(line) for line in unclosed_comments(program)]
    if lines:
        named = ", ".join(lines[:_MOST_LINES]) + (" …" if len(lines) > _MOST_LINES else "")
        text_of = f"a comment is not closed in line {named}; it was read as ending with its line"
        found.append(Warned(text_of, finding_level="WARNING", accepted_by=accepted))
    return found[:_MOST_WARNINGS]


def _of_run(view: RunView) -> list[Warned]:
    """What the report and the policy say of the run: each sentence once, with the level of its dimension."""
    found: dict[str, Warned] = {}
    for item in assessments_of(view.document.feasibility or {}):
        if item.risk in _LEVELS_OF_RUN:
            said = f"{item.category.lower().replace('_', ' ')}: {item.finding}"
            found.setdefault(item.finding, Warned(said, risk_level=item.risk))
        for warning in item.warnings:
            found.setdefault(warning, Warned(warning, risk_level=item.risk))
    decision = decision_of(view.document)
    for warning in decision.warnings:
        found.setdefault(warning, Warned(warning, risk_level=decision.risk_level))
    return list(found.values())
