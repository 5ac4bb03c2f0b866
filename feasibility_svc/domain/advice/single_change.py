"""The smallest change of one field, or of two or three, that brings the whole report to a level.

Every number that is offered can be set on the machine at hand, and the level was found with it as it is set. What is
offered as GREEN is GREEN within the usual tolerances of its inputs too.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, islice
from typing import Any

import numpy as np

from feasibility_svc.domain.advice.change import UNITS, FieldChange, SetupChange, Shift
from feasibility_svc.domain.advice.usual_practice import is_one_line
from feasibility_svc.domain.cut.settable import settable
from feasibility_svc.domain.cut.situation import CUT_NUMBERS, Situation
from feasibility_svc.domain.dimensions.tear_out import STRAIGHT_ONLY
from feasibility_svc.domain.engine.engine import Engine
from feasibility_svc.domain.inputs.material_class import MaterialClass
from feasibility_svc.domain.scoring.levels import RiskLevel
from feasibility_svc.domain.search.sweep import Scored, score_rows
from feasibility_svc.domain.verdict.aggregation import LEVELS

_FACTORS = np.exp(np.linspace(-np.log(20.0), np.log(20.0), 401))
"""Twentyfold down to twentyfold up, in steps of 1.5 %."""
_SET_FACTORS = {
    2: np.exp(np.linspace(-np.log(20.0), np.log(20.0), 61)),
    3: np.exp(np.linspace(-np.log(8.0), np.log(8.0), 15)),
}
"""Of each number of a set, by how many there are."""
_SET_NUMBERS = CUT_NUMBERS[:3]
_STEPOVER = "cut.radial_width_mm"
_PAIRED_NUMBERS = (*_SET_NUMBERS, _STEPOVER)
_TRIALS = (0, 1, 2, 4, 8, 16, 32, 64)
"""Places of the changes that are tried one by one, of all that suffice, the smallest first."""
_STICKOUT = "tool.stickout_mm"
_STICKOUTS = tuple(0.95**step for step in range(1, 28))
_FLUTES = "tool.flute_count"
_FEWEST, _MOST_FLUTES = 1, 4
"""How many flutes cutters are sold with that have fewer than the present one."""
_WET_IS_FINE = frozenset({MaterialClass.METAL, MaterialClass.PLASTIC})
_FEEDS = frozenset({"cut.feed_rate_mm_per_min", "cut.plunge_rate_mm_per_min"})
_NOTABLE = 1.0
"""Points of score from which a fall counts as a price."""


class ChangeSearch:
    """Changes of a situation that reach a level or better."""

    def __init__(self, engine: Engine, situation: Situation, *, target: RiskLevel) -> None:
        self._engine = engine
        self._situation = situation
        self._target = LEVELS.index(target)
        self._present = score_rows(engine, situation, {}, 1)
        by_hand = situation.context.machine.hand_feed
        fixed = {*(_FEEDS if by_hand else ()), *([_STEPOVER] if is_one_line(situation) else ())}
        self._keys = [key for key in CUT_NUMBERS if key not in fixed]
        """What can be set: nobody sets the feed of a hand, or steps over in a slot as wide as its cutter."""

    def single(self) -> list[SetupChange]:
        """The smallest change of each field that suffices alone, least costly first."""
        found = [*self.numbers(), *self._stickouts(), *self._flutes(), *self._words()]
        return sorted(found, key=_price)

    def few(self) -> SetupChange | None:
        """The cheapest change of two fields that suffices, else the smallest of three; or None."""
        numbers = [key for key in _SET_NUMBERS if key in self._keys]
        paired = [key for key in _PAIRED_NUMBERS if key in self._keys]
        found = [change for keys in combinations(paired, 2) if (change := self._set(keys))]
        found += self._words_and_numbers()
        return min(found, key=_price, default=None) or self._set(tuple(numbers))

    def _set(self, keys: Sequence[str]) -> SetupChange | None:
        """The smallest change of these numbers together."""
        present = {key: value for key in keys if (value := self._situation.find(key)) is not None}
        if len(present) < len(keys) or len(keys) not in _SET_FACTORS:
            return None
        grid = np.meshgrid(*[_SET_FACTORS[len(keys)]] * len(keys), indexing="ij")
        rows = {
            key: self._reachable(key, present[key], present[key] * factors.reshape(-1))
            for key, factors in zip(keys, grid, strict=True)
        }
        ranks = score_rows(self._engine, self._situation, rows, grid[0].size).table.ranks
        effort = np.sum([np.abs(np.log(rows[key] / present[key])) for key in keys], axis=0)
        reached = np.flatnonzero((ranks <= self._target) & (effort > 0))
        nearest = reached[np.argsort(effort[reached], kind="stable")]
        places = (nearest[place] for place in _TRIALS if place < len(nearest))
        tried = (self._change({key: float(rows[key][place]) for key in keys}) for place in places)
        return next(filter(None, tried), None)

    def _words_and_numbers(self) -> Iterator[SetupChange]:
        """With each word changed, the smallest change of a number that then suffices."""
        for group, name, choices in words_of(self._situation):
            for choice in choices:
                if choice == getattr(getattr(self._situation.context, group), name):
                    continue
                words: dict[str, float | str] = {f"{group}.{name}": choice}
                search = ChangeSearch(self._engine, self._situation.restated(words), target=LEVELS[self._target])
                numbers = ({field.key: field.suggested for field in change.fields} for change in search.numbers())
                yield from filter(None, (self._change({**words, **number}) for number in numbers))

    def numbers(self) -> Iterator[SetupChange]:
        """The smallest change of each number that suffices alone."""
        for key in self._keys:
            value = self._situation.find(key)
            if value is None:
                continue
            candidates = np.unique(self._reachable(key, value, value * _FACTORS))
            ranks = score_rows(self._engine, self._situation, {key: candidates}, len(candidates)).table.ranks
            reached = candidates[(ranks <= self._target) & (candidates != value)]
            nearest = reached[np.argsort(np.abs(np.log(reached / value)), kind="stable")]
            offers = (self._change({key: float(nearest[place])}) for place in _TRIALS if place < len(nearest))
            yield from islice(filter(None, offers), 1)

    def _reachable(self, key: str, value: float, wanted: np.ndarray) -> np.ndarray:
        """What can be set, beyond each wanted value as seen from the present one; the present one stays as it is."""
        machine = self._situation.context.machine
        up, down = (settable(key, wanted, up=up, machine=machine) for up in (True, False))
        moved = np.where(wanted > value, up, np.where(down > 0, down, up))
        return np.asarray(np.where(wanted == value, value, moved))

    def _stickouts(self) -> Iterator[SetupChange]:
        """Shorter ones only; each is a situation of its own, because geometry looks at it too."""
        value = self._situation.find(_STICKOUT)
        if value is None or self._situation.is_saw:
            return
        for factor in _STICKOUTS:
            shorter = settable(_STICKOUT, value * factor, up=False, machine=self._situation.context.machine)
            change = self._change({_STICKOUT: shorter}) if shorter > 0 else None
            if change is not None:
                yield change
                return

    def _flutes(self) -> Iterator[SetupChange]:
        """The most flutes below the present number that suffice, of a cutter that bites more with each."""
        present = self._situation.find(_FLUTES)
        if present is None or self._situation.cut_kind != "MILLING":
            return
        fewer = range(min(int(present) - 1, _MOST_FLUTES), _FEWEST - 1, -1)
        changes = (self._change({_FLUTES: float(count)}) for count in fewer)
        yield from islice(filter(None, changes), 1)

    def _words(self) -> Iterator[SetupChange]:
        for group, name, choices in words_of(self._situation):
            present = getattr(getattr(self._situation.context, group), name)
            for choice in choices:
                change = None if choice == present else self._change({f"{group}.{name}": choice})
                if change is not None:
                    yield change
                    break

    def _change(self, values: Mapping[str, float | str]) -> SetupChange | None:
        """The change with its price, or None when it does not reach the level."""
        changed = self._situation.restated(values)
        after = score_rows(self._engine, changed, {}, 1)
        if int(after.table.ranks[0]) > self._target or not self._holds(changed):
            return None
        fields = [
            FieldChange(key, None if isinstance(value, str) else self._situation.find(key), value, UNITS.get(key, ""))
            for key, value in values.items()
            if isinstance(value, str) or value != self._situation.find(key)
        ]
        return self._priced(fields, after)

    def _holds(self, changed: Situation) -> bool:
        """Whether the level stands within the usual tolerances too; asked of what is to be GREEN."""
        if LEVELS[self._target] is not RiskLevel.GREEN:
            return True
        sampled = score_rows(self._engine, changed.sampled, {}, 1)
        return int(sampled.table.ranks[0]) <= self._target

    def _priced(self, fields: Sequence[FieldChange], after: Scored) -> SetupChange:
        with np.errstate(divide="ignore", invalid="ignore"):  # given paths may lead nowhere
            time_ratio = float(after.cut_times_s[0] / self._present.cut_times_s[0])
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
            time_ratio=time_ratio if np.isfinite(time_ratio) else None,
            costs=falls,
        )


def is_searched(key: str) -> bool:
    """Whether changes of a field are looked for here; the others are proposals of the dimensions."""
    return key in {
        *CUT_NUMBERS,
        _STICKOUT,
        _FLUTES,
        "tool.wear",
        "cut.cooling",
        "cut.direction",
        "tool.flute_direction",
    }


def words_of(situation: Situation) -> Iterator[tuple[str, str, Sequence[str]]]:
    """Choices that may be changed: wood is not wetted, and nobody is told to climb by hand."""
    yield "tool", "wear", ("SHARP",)
    may_be_wet = situation.context.material.kind is not None and situation.material_class in _WET_IS_FINE
    yield "cut", "cooling", ("AIR", "MIST") if may_be_wet else ("AIR",)
    yield "cut", "direction", ("CONVENTIONAL",) if situation.context.machine.hand_feed else ("CLIMB", "CONVENTIONAL")
    if situation.context.tool.kind not in STRAIGHT_ONLY:
        yield "tool", "flute_direction", ("DOWN",)


def _price(change: SetupChange) -> tuple[float, float]:
    """What a change costs: time first, then points lost elsewhere."""
    return (
        1.0 if change.time_ratio is None else change.time_ratio,
        sum(shift.before - shift.after for shift in change.costs),
    )
