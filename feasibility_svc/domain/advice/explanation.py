"""The verdict in sentences, computed from the numbers: same input, same text.

1. the verdict and what decides it          6. where the numbers come from
2. values and limits                        7. what was assumed
3. why, and what it reacts to most          8. what was not checked
4. the smallest single changes              9. what this text is of
5. what to do when none suffices
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from feasibility_svc.domain.advice.advice import Advice
from feasibility_svc.domain.advice.change import FieldChange, SetupChange
from feasibility_svc.domain.advice.units import UnitSystem, in_units, sentence_in_units
from feasibility_svc.domain.advice.wording import ASSUMPTIONS, CALLED, CHAINS, NUMBER_NAMES, OPENINGS
from feasibility_svc.domain.scoring.assessment import Assessment
from feasibility_svc.domain.scoring.levels import Grade, RiskLevel

LONGEST_SUMMARY = 500
_GRADES = {
    Grade.A: "measured or stated by the user",
    Grade.B: "published",
    Grade.C: "published, quoted second-hand",
    Grade.D: "partly assumed",
}


@dataclass(frozen=True, slots=True)
class Section:
    """A title and its sentences."""

    title: str
    lines: Sequence[str]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A summary and nine sections."""

    summary: str
    sections: Sequence[Section]

    @property
    def text(self) -> str:
        """Summary and sections, a line each."""
        parts = [self.summary]
        for section in self.sections:
            parts += ["", section.title, *(f"- {line}" for line in section.lines)]
        return "\n".join(parts) + "\n"


@dataclass(frozen=True, slots=True)
class Identity:
    """What an explanation is of."""

    run_id: str
    inputs_sha256: str


def explain(advice: Advice, to_yellow: Sequence[SetupChange], identity: Identity, units: UnitSystem) -> Explanation:
    """The explanation of a report.

    Args:
        advice: The report with what would make it GREEN.
        to_yellow: Single changes that reach YELLOW; only looked at when the report is worse.
        identity: The run and the digest of the inputs.
        units: Metric, inch or both.
    """
    writer = _Writer(advice, units)
    sections = [
        Section("Verdict", [writer.verdict()]),
        Section("Values and limits", list(writer.values())),
        Section("Why", list(writer.why())),
        Section("What to change", list(writer.changes(to_yellow))),
        Section("If one change is not enough", list(writer.more())),
        Section("Where the numbers come from", list(writer.sources())),
        Section("What was assumed", list(writer.assumptions())),
        Section("What was not checked", list(writer.gaps())),
        Section("What this is about", list(writer.record(identity))),
    ]
    return Explanation(_shortened(writer.verdict()), sections)


class _Writer:
    def __init__(self, advice: Advice, units: UnitSystem) -> None:
        self._advice = advice
        self._report = advice.report
        self._units = units
        verdict = self._report.verdict
        self._binding = next(item for item in self._report.assessments if item.category is verdict.binding)

    def verdict(self) -> str:
        risk, called = self._report.verdict.risk, CALLED[self._binding.category]
        opening = OPENINGS[risk]
        if risk is RiskLevel.GREEN:
            estimate = " It is an estimate: some numbers are assumed." if self._report.grade is Grade.D else ""
            return f"{opening}{estimate} Closest to its limit is {called}: {self._deciding(self._binding)}."
        return f"{opening} {called[0].upper()}{called[1:]} decides: {self._deciding(self._binding)}."

    def values(self) -> Iterator[str]:
        for item in self._report.assessments:
            if item.score is None:
                continue
            yield f"{CALLED[item.category]}: {self._deciding(item)} (score {item.score:.0f}, {item.risk})"

    def why(self) -> Iterator[str]:
        yield CHAINS[self._binding.category]
        moved = self._advice.sensitivities.get(self._binding.category, ())
        if moved:
            key, slope = moved[0]
            way = "raises" if slope > 0 else "lowers"
            yield (
                f"It reacts most to {NUMBER_NAMES[key]}: one percent more {way} the score by {abs(slope) / 100:.2g} "
                "points."
            )
        yield from (sentence_in_units(warning, self._units) for warning in self._binding.warnings)

    def changes(self, to_yellow: Sequence[SetupChange]) -> Iterator[str]:
        advice = self._advice
        if self._report.verdict.risk is RiskLevel.GREEN:
            yield "Nothing has to change."
            if advice.setup is not None and advice.setup.cut_time_s and advice.present_cut_time_s:
                share = advice.setup.cut_time_s / advice.present_cut_time_s
                if share < 0.95:
                    yield f"Faster and still GREEN: {self._fields(advice.setup.fields)}, {share:.2g} times the time."
            return
        if not advice.single_changes:
            yield "No single change reaches GREEN."
        for change in advice.single_changes:
            yield f"To GREEN: {self._change(change)}"
        for change in to_yellow:
            if change.risk is RiskLevel.YELLOW:
                yield f"To YELLOW: {self._change(change)}"

    def more(self) -> Iterator[str]:
        advice = self._advice
        if self._report.verdict.risk is RiskLevel.GREEN or advice.single_changes:
            yield "One change is enough."
            return
        if advice.pair_change is not None:
            yield f"Together: {self._change(advice.pair_change)}"
        if advice.setup is not None:
            yield f"A whole setup that is GREEN: {self._fields(advice.setup.fields)}."
        for tool_id, setup in advice.tool_changes:
            yield f"With the tool {tool_id}: {self._fields(setup.fields)}."
        yield from (sentence_in_units(f"{item}.", self._units) for item in advice.obstacles)
        if not (advice.pair_change or advice.setup or advice.tool_changes or advice.obstacles):
            yield "No change of speeds, feeds, depths or tools of the catalogue was found that reaches GREEN."

    def sources(self) -> Iterator[str]:
        seen: dict[str, str] = {}
        for item in self._report.assessments:
            for quantity in item.details:
                if quantity.source:
                    seen.setdefault(quantity.source, _in_words(quantity.name))
        yield from (f"{name}: {source}" for source, name in seen.items())
        weakest = self._report.grade
        yield f"The weakest number behind the verdict is {_GRADES[weakest]} (grade {weakest})."

    def assumptions(self) -> Iterator[str]:
        codes = dict.fromkeys(code for item in self._report.assessments for code in item.assumptions)
        yield from (ASSUMPTIONS.get(code, code) for code in codes)
        if not codes:
            yield "nothing"

    def gaps(self) -> Iterator[str]:
        for item in self._report.assessments:
            for reason in item.unknown_reasons:
                yield f"{CALLED[item.category]}: {reason.description}"
        yield "whether clamps, fixtures or the program itself are in the way of the tool"

    def record(self, identity: Identity) -> Iterator[str]:
        if identity.run_id:
            yield f"run {identity.run_id}"
        yield f"engine {self._report.engine_id} {self._report.engine_version}"
        yield f"inputs {identity.inputs_sha256}"

    def _deciding(self, item: Assessment) -> str:
        """What a dimension found, in the units asked for."""
        return sentence_in_units(item.finding, self._units)

    def _change(self, change: SetupChange) -> str:
        price = "" if change.time_ratio is None else f" It takes {change.time_ratio:.2g} times the time."
        lost = "".join(
            f" {CALLED[shift.category].capitalize()} falls from {shift.before:.0f} to {shift.after:.0f}."
            for shift in change.costs
        )
        return f"{self._fields(change.fields)}.{price}{lost}"

    def _fields(self, fields: Sequence[FieldChange]) -> str:
        return ", ".join(self._field(field) for field in fields)

    def _field(self, field: FieldChange) -> str:
        if isinstance(field.suggested, str):
            return field.in_words
        value = in_units(field.suggested, field.unit, self._units)
        before = "" if field.current is None else f" instead of {in_units(field.current, field.unit, self._units)}"
        return f"{field.name} {value}{before}"


def _in_words(name: str) -> str:
    return name.replace("_", " ")


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_SUMMARY else text[: LONGEST_SUMMARY - 1] + "…"
