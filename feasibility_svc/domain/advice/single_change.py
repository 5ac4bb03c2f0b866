"""The smallest change of one field, or of two, that brings the whole report to a level."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, islice
from typing import Any

import numpy as np

from feasibility_svc.domain.advice.change import UNITS, FieldChange, SetupChange, Shift, rounded
from feasibility_svc.domain.cut.situation import CUT_NUMBERS, Situation
from feasibility_svc.domain.engine.engine import Engine
from feasibility_svc.domain.scoring.levels import RiskLevel
from feasibility_svc.domain.search.sweep import Scored, score_rows
from feasibility_svc.domain.verdict.aggregation import LEVELS

_FACTORS = np.exp(np.linspace(-np.log(20.0), np.log(20.0), 401))
"""Twentyfold down to twentyfold up, in steps of 1.5 %."""
_PAIR_FACTORS = np.exp(np.linspace(-np.log(8.0), np.log(8.0), 43))
_STICKOUT = "tool.stickout_mm"
_STICKOUTS = tuple(0.95**step for step in range(1, 28))
_WORDS = (
    ("tool", "wear", ("SHARP",)),
    ("cut", "cooling", ("AIR", "MIST")),
    ("cut", "direction", ("CLIMB", "CONVENTIONAL")),
)
_REFINEMENTS = 3
_NOTABLE = 1.0
"""Points of score from which a fall counts as a price."""


class ChangeSearch:
    """Changes of a situation that reach a level or better."""

    def __init__(self, engine: Engine, situation: Situation, *, target: RiskLevel) -> None:
        self._engine = engine
        self._situation = situation
        self._target = LEVELS.index(target)
        self._present = score_rows(engine, situation, {}, 1)

    def single(self) -> list[SetupChange]:
        """The smallest change of each field that suffices alone, least costly first."""
        found = [*self.numbers(), *self._stickouts(), *self._words()]
        return sorted(found, key=_price)

    def pair(self) -> SetupChange | None:
        """The cheapest change of two fields that suffices: of two numbers, or of a word and a number; or None."""
        found = [change for keys in combinations(CUT_NUMBERS[:3], 2) if (change := self._pair_of_numbers(keys))]
        found += self._words_and_numbers()
        return min(found, key=_price, default=None)

    def _pair_of_numbers(self, keys: tuple[str, str]) -> SetupChange | None:
        present = [self._situation.find(key) for key in keys]
        first, second = np.meshgrid(_PAIR_FACTORS, _PAIR_FACTORS, indexing="ij")
        rows = {
            key: self._reachable(key, value * factors.reshape(-1))
            for key, value, factors in zip(keys, present, (first, second), strict=True)
            if value is not None
        }
        if len(rows) < len(keys):
            return None
        ranks = score_rows(self._engine, self._situation, rows, first.size).table.ranks
        effort = np.abs(np.log(first)).reshape(-1) + np.abs(np.log(second)).reshape(-1)
        reached = np.flatnonzero(ranks <= self._target)
        if not len(reached):
            return None
        place = int(reached[np.argmin(effort[reached])])
        exact = {key: float(rows[key][place]) for key in keys}
        handy = {
            key: rounded(key, value, up=value > present_value)
            for (key, value), present_value in zip(exact.items(), present, strict=True)
            if present_value is not None
        }
        return self._change(handy) or self._change(exact)

    def _words_and_numbers(self) -> Iterator[SetupChange]:
        """With each word changed, the smallest change of a number that then suffices."""
        for group, name, choices in _WORDS:
            for choice in choices:
                if choice == getattr(getattr(self._situation.context, group), name):
                    continue
                words: dict[str, float | str] = {f"{group}.{name}": choice}
                search = ChangeSearch(self._engine, self._situation.restated(words), target=LEVELS[self._target])
                numbers = ({field.key: field.suggested for field in change.fields} for change in search.numbers())
                yield from filter(None, (self._change({**words, **number}) for number in numbers))

    def numbers(self) -> Iterator[SetupChange]:
        """The smallest change of each number that suffices alone."""
        for key in CUT_NUMBERS:
            value = self._situation.find(key)
            if value is None:
                continue
            candidates = self._reachable(key, value * _FACTORS)
            ranks = score_rows(self._engine, self._situation, {key: candidates}, len(candidates)).table.ranks
            reached = np.flatnonzero(ranks <= self._target)
            if not len(reached):
                continue
            nearest = float(candidates[reached[np.argmin(np.abs(np.log(candidates[reached] / value)))]])
            if nearest == value:
                continue
            offers = (self._change({key: offered}) for offered in self._offers(key, value, nearest))
            yield from islice(filter(None, offers), 1)

    def _offers(self, key: str, value: float, reached: float) -> Sequence[float]:
        """Values near the first one that suffices, in the steps a person sets, the smallest change first."""
        if key == "cut.spindle_speed_rpm" and self._situation.context.machine.dial_speeds_rpm:
            return (reached,)
        short, first = value, reached
        for _ in range(_REFINEMENTS):
            between = np.linspace(short, first, 65)
            ranks = score_rows(self._engine, self._situation, {key: between}, len(between)).table.ranks
            place = int(np.flatnonzero(ranks <= self._target)[0])
            short, first = float(between[max(place - 1, 0)]), float(between[place])
        up = reached > value
        return rounded(key, first, up=not up), rounded(key, first, up=up), reached

    def _reachable(self, key: str, values: np.ndarray) -> np.ndarray:
        """Of a spindle the speeds it has, of everything else any value."""
        machine = self._situation.context.machine
        if key != "cut.spindle_speed_rpm":
            return values
        if machine.dial_speeds_rpm:
            dial = np.array(machine.dial_speeds_rpm)
            return np.asarray(dial[np.argmin(np.abs(np.log(values[:, None] / dial)), axis=1)])
        lowest, highest = machine.min_spindle_speed_rpm or 1.0, machine.max_spindle_speed_rpm or np.inf
        return np.asarray(np.minimum(np.maximum(values, lowest), highest))

    def _stickouts(self) -> Iterator[SetupChange]:
        """Shorter ones only; each is a situation of its own, because geometry looks at it too."""
        value = self._situation.find(_STICKOUT)
        if value is None or self._situation.is_saw:
            return
        for factor in _STICKOUTS:
            shorter = rounded(_STICKOUT, value * factor, up=False)
            change = self._change({_STICKOUT: shorter}) if shorter > 0 else None
            if change is not None:
                yield change
                return

    def _words(self) -> Iterator[SetupChange]:
        for group, name, choices in _WORDS:
            present = getattr(getattr(self._situation.context, group), name)
            for choice in choices:
                change = None if choice == present else self._change({f"{group}.{name}": choice})
                if change is not None:
                    yield change
                    break

    def _change(self, values: Mapping[str, float | str]) -> SetupChange | None:
        """The change with its price, or None when it does not reach the level."""
        after = score_rows(self._engine, self._situation.restated(values), {}, 1)
        if int(after.table.ranks[0]) > self._target:
            return None
        fields = [
            FieldChange(key, None if isinstance(value, str) else self._situation.find(key), value, UNITS.get(key, ""))
            for key, value in values.items()
        ]
        return self._priced(fields, after)

    def _priced(self, fields: Sequence[FieldChange], after: Scored) -> SetupChange:
        before_s, after_s = float(self._present.cut_times_s[0]), float(after.cut_times_s[0])
        known = before_s > 0 and np.isfinite(after_s)
        falls = [
            Shift(profile.category, float(before), float(now))
            for profile, before, now in zip(
                self._engine.profiles,
                self._present.table.dimension_scores[:, 0],
                after.table.dimension_scores[:, 0],
                strict=True,
            )
            if np.isfinite(before) and np.isfinite(now) and before - now >= _NOTABLE
        ]
        score: Any = after.table.scores[0]
        return SetupChange(
            fields=fields,
            risk=LEVELS[int(after.table.ranks[0])],
            score=None if np.isnan(score) else float(score),
            time_ratio=after_s / before_s if known else None,
            costs=falls,
        )


def _price(change: SetupChange) -> tuple[float, float]:
    """What a change costs: time first, then points lost elsewhere."""
    return (
        1.0 if change.time_ratio is None else change.time_ratio,
        sum(shift.before - shift.after for shift in change.costs),
    )
