"""What would help: single changes that were tried on the whole report, in numbers a person can set.

1. the advice of every dimension that is not GREEN, the worst first; a GREEN report needs none
2. numbers of the cut are rounded to what can be set and tried; so is a fresh edge
3. what leaves the level of the whole report as it is, is not said
4. what cannot be tried is said of the dimensions that decide
5. a report that is not RED gets the fields that would answer what is UNKNOWN in it
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from feasibility_svc.domain.cut.settable import settable
from feasibility_svc.domain.cut.situation import CUT_NUMBERS, Situation
from feasibility_svc.domain.scoring.assessment import Assessment, Recommendation
from feasibility_svc.domain.scoring.levels import RiskLevel

BY_HAND = "feed steadily so that the saw keeps its note; chips, not dust"
ROUTER_BY_HAND = "feed steadily so that the router keeps its note; chips, not dust"
_SENTENCES = {
    "cut.spindle_speed_rpm": "turn at {:g} rpm",
    "cut.feed_rate_mm_per_min": "feed at {:g} mm/min",
    "cut.plunge_rate_mm_per_min": "plunge at {:g} mm/min",
    "cut.axial_depth_mm": "cut {:g} mm deep per pass",
    "cut.radial_width_mm": "step over {:g} mm",
}
_FEEDS = frozenset({"cut.feed_rate_mm_per_min", "cut.plunge_rate_mm_per_min"})
_WEAR = "tool.wear"


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
        found = {advice.text: advice for item, given in offered for advice in self._tried(item, given)}
        return [*asked, *found.values()]

    def _tried(self, item: Assessment, advice: Recommendation) -> Iterator[Recommendation]:
        key = advice.field.removeprefix("context.")
        if key == _WEAR:
            yield from self._improving(advice, key, "SHARP")
        elif key in CUT_NUMBERS and advice.suggested_value is not None:
            yield from self._settable(advice, key, advice.suggested_value)
        elif item.risk is self.present:
            yield advice

    def _settable(self, advice: Recommendation, key: str, wanted: float) -> Iterator[Recommendation]:
        """The first of the two settings beside the wanted value that improves the whole report."""
        current = self.situation.find(key)
        machine = self.situation.context.machine
        for up in (current is None or wanted > current, current is not None and wanted <= current):
            value = settable(key, wanted, up=up, machine=machine)
            if value <= 0 or value == current:
                continue
            text = _SENTENCES[key].format(value)
            found = list(self._improving(replace(advice, suggested_value=value, text=text), key, value))
            if found:
                yield self._by_hand(found[0]) if key in _FEEDS and machine.hand_feed else found[0]
                return

    def _by_hand(self, advice: Recommendation) -> Recommendation:
        """A hand gets no number to feed at."""
        text = BY_HAND if self.situation.is_saw else ROUTER_BY_HAND
        return replace(advice, current_value=None, suggested_value=None, text=text)

    def _improving(self, advice: Recommendation, key: str, value: float | str) -> Iterator[Recommendation]:
        after = self.level(self.situation.restated({key: value}))
        if after.rank < self.present.rank:
            yield replace(advice, resulting_risk=after)


def _questions(assessments: Sequence[Assessment]) -> Iterator[Recommendation]:
    """The fields that would answer what is not known, each once."""
    asked = {
        cure: item.category for item in reversed(assessments) for gap in item.unknown_reasons for cure in gap.cures
    }
    for cure in dict.fromkeys(cure for item in assessments for gap in item.unknown_reasons for cure in gap.cures):
        yield Recommendation(asked[cure], cure.field, None, None, "", cure.text)
