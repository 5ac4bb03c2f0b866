"""What would help: single changes that were tried on the whole report, in numbers a person can set.

1. the advice of every dimension that is not GREEN, the worst first; a GREEN report needs none
2. numbers of the cut are rounded to what can be set and tried; so are those of tool and design, and choices
3. what leaves the level of the whole report as it is, is not said; of one field the value that helps most is
4. what cannot be tried is said of the dimensions that decide; of several that are RED it would mend one only
5. a report that is not RED gets the fields that would answer what is UNKNOWN in it
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log

from feasibility_svc.domain.cut.settable import settable
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.scoring.assessment import Assessment, Recommendation
from feasibility_svc.domain.scoring.field_names import design_field_name
from feasibility_svc.domain.scoring.levels import RiskLevel

BY_HAND = "feed steadily so that the saw keeps its note; chips, not dust"
ROUTER_BY_HAND = "feed steadily so that the router keeps its note; chips, not dust"
_SENTENCES = {
    "cut.spindle_speed_rpm": "turn at {:g} rpm",
    "cut.feed_rate_mm_per_min": "feed at {:g} mm/min",
    "cut.plunge_rate_mm_per_min": "plunge at {:g} mm/min",
    "cut.axial_depth_mm": "cut {:g} mm deep per pass",
    "cut.radial_width_mm": "step over {:g} mm",
    "tool.stickout_mm": "let the tool stick out {:g} mm",
    "tool.diameter_mm": "take a tool of {:g} mm",
}
_TRIED = frozenset({"tool.flute_count", "tool.runout_mm", "design.profile.tab_count", "design.rosette_rings.tab_count"})
"""Numbers that are tried as they are advised, and said in the words of the advice."""
_FEEDS = frozenset({"cut.feed_rate_mm_per_min", "cut.plunge_rate_mm_per_min"})
_CHOICES: Mapping[str, Mapping[str | None, str]] = {
    "tool.wear": {None: "SHARP"},
    "cut.direction": {None: "CLIMB", "CLIMB": "CONVENTIONAL"},
    "tool.flute_direction": {None: "DOWN"},
}
"""What is chosen where a dimension advises another edge, direction or spiral: by the present choice, else the first."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A situation with its level, and how to find the level of one with a field changed."""

    situation: Situation
    present: RiskLevel
    level: Callable[[Situation], RiskLevel]

    def proposals(self, assessments: Sequence[Assessment]) -> list[Recommendation]:
        """What is worth saying, by the rules above."""
        if self.present is RiskLevel.GREEN:
            return []
        asked = [] if self.present is RiskLevel.RED else list(_questions(assessments))
        worst_first = sorted(assessments, key=lambda item: -item.risk.rank)
        offered = [
            (item, advice)
            for item in worst_first
            if item.risk is not RiskLevel.GREEN
            for advice in item.recommendations
        ]
        found: dict[str, Recommendation] = {}
        for item, given in offered:
            for advice in self._tried(item, given, alone=len(self._deciding(assessments)) == 1):
                place = advice.text if advice.resulting_risk is None else advice.field
                found[place] = min(found.get(place, advice), advice, key=_effort)
        return [*asked, *found.values()]

    def _deciding(self, assessments: Sequence[Assessment]) -> Sequence[Assessment]:
        return [item for item in assessments if item.risk is self.present]

    def _tried(self, item: Assessment, advice: Recommendation, *, alone: bool) -> Iterator[Recommendation]:
        key, wanted = advice.field.removeprefix("context."), advice.suggested_value
        if key in _CHOICES:
            group, name = key.split(".")
            present = getattr(getattr(self.situation.context, group), name)
            choices = _CHOICES[key]
            yield from self._improving(advice, key, choices.get(present, choices[None]))
        elif key in _TRIED and wanted is not None:
            yield from self._improving(advice, key, wanted)
        elif (key in _SENTENCES or key.startswith("design.")) and wanted is not None:
            yield from self._settable(advice, key, wanted)
        elif item.risk is self.present and (alone or self.present is not RiskLevel.RED):
            yield advice

    def _settable(self, advice: Recommendation, key: str, wanted: float) -> Iterator[Recommendation]:
        """The first of the two settings beside the wanted value that improves the whole report."""
        current = None if key.startswith("design.") else self.situation.find(key)
        machine = self.situation.context.machine
        for up in (current is not None and wanted > current, current is None or wanted <= current):
            value = settable(key, wanted, up=up, machine=machine)
            if value <= 0 or value == current:
                continue
            known = _SENTENCES.get(key)
            text = f"make the {design_field_name(key)} {value:g} mm" if known is None else known.format(value)
            found = next(self._improving(replace(advice, suggested_value=value, text=text), key, value), None)
            if found is not None:
                yield self._by_hand(found) if key in _FEEDS and machine.hand_feed else found
                return

    def _by_hand(self, advice: Recommendation) -> Recommendation:
        """A hand gets no number to feed at."""
        text = BY_HAND if self.situation.is_saw else ROUTER_BY_HAND
        return replace(advice, current_value=None, suggested_value=None, text=text)

    def _improving(self, advice: Recommendation, key: str, value: float | str) -> Iterator[Recommendation]:
        after = self.level(self._changed(key, value))
        if after.rank < self.present.rank:
            yield replace(advice, resulting_risk=after)

    def _changed(self, key: str, value: float | str) -> Situation:
        """The situation with one number or choice changed; a smaller tool steps over less."""
        if key.startswith("design."):
            return self.situation.redesigned(key, value)
        values = {key: value}
        diameter_mm, radial_mm = self.situation.find("tool.diameter_mm"), self.situation.known("cut.radial_width_mm")
        if key == "tool.diameter_mm" and diameter_mm and radial_mm and isinstance(value, float):
            values["cut.radial_width_mm"] = radial_mm * value / diameter_mm
        return self.situation.restated(values)


def _effort(advice: Recommendation) -> tuple[int, float]:
    """What is said of a field where several of its values help: the one that helps most, the nearest of these."""
    reached = -1 if advice.resulting_risk is None else advice.resulting_risk.rank
    now, then = advice.current_value, advice.suggested_value
    return reached, abs(log(then / now)) if now and then else 0.0


def _questions(assessments: Sequence[Assessment]) -> Iterator[Recommendation]:
    """The fields that would answer what is not known, each once."""
    asked = {
        cure: item.category for item in reversed(assessments) for gap in item.unknown_reasons for cure in gap.cures
    }
    for cure in dict.fromkeys(cure for item in assessments for gap in item.unknown_reasons for cure in gap.cures):
        yield Recommendation(asked[cure], cure.field, None, None, "", cure.text)
