"""The verdict in sentences, computed from the numbers: same input, same text, on one screen.

1. the verdict with what decides it          4. what is closest to its limit
2. what to change                            5. what was assumed, and what was not checked
3. why, and what it reacts to most           6. what this text is of; where the numbers come from, when asked
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from feasibility_svc.domain.advice.advice import Advice
from feasibility_svc.domain.advice.change import FieldChange, SetupChange, time_in_words
from feasibility_svc.domain.advice.screen import LINES, Section, fitted, paragraph
from feasibility_svc.domain.advice.single_change import is_searched
from feasibility_svc.domain.advice.units import UnitSystem, in_units, sentence_in_units
from feasibility_svc.domain.advice.wording import ASSUMPTIONS, CALLED, CHAINS, NUMBER_NAMES, OPENINGS, score_in_words
from feasibility_svc.domain.scoring.assessment import Assessment
from feasibility_svc.domain.scoring.levels import Category, Grade, RiskLevel

LONGEST_SUMMARY = 230
"""So that it takes three lines of a screen."""
MOST_SOURCES = 6
_GRADES = {
    Grade.A: "measured or stated by the user",
    Grade.B: "published",
    Grade.C: "published, quoted second-hand",
    Grade.D: "partly assumed",
}

_IN_BRACKETS: Mapping[UnitSystem, UnitSystem] = {"METRIC": "METRIC", "BOTH": "METRIC", "INCH": "INCH"}


@dataclass(frozen=True, slots=True)
class Explanation:
    """A summary and its sections."""

    summary: str
    sections: Sequence[Section]

    @property
    def text(self) -> str:
        """Summary and sections, a line each."""
        lines = [*paragraph(self.summary), "", *(line for section in self.sections for line in section.on_screen)]
        return "\n".join(lines) + "\n"


@dataclass(frozen=True, slots=True)
class Request:
    """What an explanation is of, and how it is wanted."""

    run_id: str
    inputs_sha256: str
    units: UnitSystem
    with_sources: bool = False


def explain(advice: Advice, to_yellow: Sequence[SetupChange], request: Request) -> Explanation:
    """The explanation of a report, within 24 lines of 80 columns; sources, when asked for, come below.

    Args:
        advice: The report with what would make it GREEN.
        to_yellow: Single changes that reach YELLOW; only looked at when the report is worse.
        request: The run, the digest of the inputs, and the units.
    """
    writer = _Writer(advice, request.units)
    summary = _shortened(writer.verdict())
    record = Section("This is about", [writer.record(request)])
    wanted = [
        ("What to change", writer.changes(to_yellow), 5),
        ("Why", writer.why(), 3),
        ("The other dimensions", writer.values(), 3),
        ("Assumed", writer.assumptions(), 2),
        ("Not checked", writer.gaps(), 1),
    ]
    spare = LINES - len(paragraph(summary)) - 1 - len(record.on_screen) - sum(most + 1 for _, _, most in wanted)
    sections = []
    for title, sentences, most in wanted:
        section = fitted(title, sentences, most + spare)
        spare += most + 1 - (len(section.on_screen) if section else 0)
        sections += [section] if section else []
    sources = [Section("Where the numbers come from", list(writer.sources()))] if request.with_sources else []
    return Explanation(summary, [*sections, record, *sources])


class _Writer:
    def __init__(self, advice: Advice, units: UnitSystem) -> None:
        self._advice = advice
        self._report = advice.report
        self._units = units
        verdict = self._report.verdict
        self._is_green = verdict.risk is RiskLevel.GREEN
        self._binding = next(item for item in self._report.assessments if item.category is verdict.binding)

    def verdict(self) -> str:
        deciding = self._deciding(self._binding)
        opening = OPENINGS[self._report.verdict.risk]
        if not self._is_green:
            return f"{opening}: {deciding}."
        estimate = "; an estimate, as some numbers are assumed" if self._report.grade is Grade.D else ""
        return f"{opening}{estimate}. Closest to its limit is {CALLED[self._binding.category]}: {deciding}."

    def values(self) -> Iterator[str]:
        """The other dimensions, the worst first."""
        scored = [item for item in self._report.assessments if item.score is not None and item is not self._binding]
        for item in sorted(scored, key=lambda item: (-item.risk.rank, item.score or 0.0)):
            if item.score is not None and item.score < 100:
                yield f"{item.risk} {score_in_words(item.score)}, {CALLED[item.category]}: {self._deciding(item)}"

    def why(self) -> Iterator[str]:
        yield CHAINS[self._binding.category]
        moved = self._advice.sensitivities.get(self._binding.category, ())
        if moved:
            key, slope = moved[0]
            way = "raises" if slope > 0 else "lowers"
            points = f"{abs(slope) / 10:.2g} points"
            yield f"It reacts most to {NUMBER_NAMES[key]}: a tenth more {way} the score by {points}."
        if not self._is_green:
            warnings = (warning for warning in self._binding.warnings if warning != self._binding.finding)
            yield from (sentence_in_units(warning, self._units) for warning in warnings)

    def changes(self, to_yellow: Sequence[SetupChange]) -> Iterator[str]:
        if self._is_green:
            yield from self._faster()
            return
        for change in self._advice.single_changes:
            yield f"To GREEN: {self._change(change)}"
        if not self._advice.single_changes:
            yield from self._together()
        else:
            yield from self._proposed()
        for change in to_yellow:
            if change.risk is RiskLevel.YELLOW:
                yield f"To YELLOW: {self._change(change)}"

    def _faster(self) -> Iterator[str]:
        yield "Nothing has to change."
        setup, present_s = self._advice.setup, self._advice.present_cut_time_s
        if setup is not None and setup.cut_time_s and present_s:
            price = time_in_words(setup.cut_time_s / present_s)
            if "less" in price:
                yield f"Also GREEN: {self._fields(setup.fields)}; {price}."

    def _together(self) -> Iterator[str]:
        """What to do where no single change suffices: first what has to be answered."""
        advice = self._advice
        if advice.redesign is not None:
            lengths = sentence_in_units(", ".join(advice.redesign.lengths), self._units)
            change = advice.redesign.change
            yield f"To GREEN, together: {lengths}" + ("." if change is None else f", {self._change(change)}")
        told = f": {self._binding.finding}"  # the verdict has said it
        obstacles = (f"{item[:1].upper()}{item[1:].removesuffix(told)}." for item in advice.obstacles)
        yield from (sentence_in_units(item, self._units) for item in obstacles)
        yield from self._proposed()
        if advice.pair_change is not None:
            yield f"To GREEN, together: {self._change(advice.pair_change)}"
        elif advice.setup is not None:
            yield f"To GREEN, together: {self._fields(advice.setup.fields)}."
        for tool_id, setup in advice.tool_changes:
            yield f"To GREEN with the tool {tool_id}: {self._fields(setup.fields)}."

    def _proposed(self) -> Iterator[str]:
        """What dimensions propose beyond the settings that are searched: of the design, of another tool, of a hand."""
        for item in self._report.recommendations:
            beyond = item.suggested_value is None or not is_searched(item.field.removeprefix("context."))
            if beyond and item.resulting_risk is not None and item.category is not Category.HAND:
                yield sentence_in_units(f"To {item.resulting_risk}: {item.text}.", self._units)

    def sources(self) -> Iterator[str]:
        """At most six, those of what decides first; then how good the weakest is."""
        seen: dict[str, str] = {}
        for item in (self._binding, *self._report.assessments):
            for quantity in item.details:
                if quantity.source:
                    seen.setdefault(quantity.source, _in_words(quantity.name))
        yield from (f"{name}: {source}" for source, name in list(seen.items())[:MOST_SOURCES])
        weakest = self._report.grade
        yield f"The weakest number behind the verdict is {_GRADES[weakest]} (grade {weakest})."

    def assumptions(self) -> Iterator[str]:
        codes = dict.fromkeys(code for item in self._report.assessments for code in item.assumptions)
        words = [ASSUMPTIONS[code] for code in codes if code in ASSUMPTIONS]
        yield from [f"{'; '.join(words)}."] if words else []

    def gaps(self) -> Iterator[str]:
        for item in self._report.assessments:
            for reason in item.unknown_reasons:
                yield f"{CALLED[item.category]}: {reason.description}"

    def record(self, request: Request) -> str:
        run = [f"run {request.run_id}"] if request.run_id else []
        engine = f"engine {self._report.engine_id} {self._report.engine_version}"
        return ", ".join([*run, engine, f"inputs {request.inputs_sha256[:12]}"])

    def _deciding(self, item: Assessment) -> str:
        """What a dimension found, in the units asked for; what rests on assumed numbers is called an estimate."""
        about = " (an estimate)" if item.grade is Grade.D and item.category in ESTIMATED else ""
        return sentence_in_units(item.finding, self._units) + about

    def _change(self, change: SetupChange) -> str:
        price = time_in_words(change.time_ratio)
        return f"{self._fields(change.fields)}{'; ' if price else ''}{price}."

    def _fields(self, fields: Sequence[FieldChange]) -> str:
        return ", ".join(self._field(field) for field in fields if field.differs)

    def _field(self, field: FieldChange) -> str:
        if isinstance(field.suggested, str):
            return field.in_words
        told = f"{field.name} {in_units(field.suggested, field.unit, self._units)}"
        if field.current is None:
            return told
        return f"{told} (now {in_units(field.current, field.unit, _IN_BRACKETS[self._units])})"


ESTIMATED = frozenset({Category.CHIPLOAD, Category.HEAT, Category.DEFLECTION, Category.SPINDLE_POWER, Category.CHATTER})
"""Dimensions that are computed; the others compare what was stated."""


def _in_words(name: str) -> str:
    return name.replace("_", " ")


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_SUMMARY else text[: LONGEST_SUMMARY - 1] + "…"
