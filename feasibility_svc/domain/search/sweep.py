"""What-if: a grid of points, scored in blocks, and what the grid says as a whole."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from feasibility_svc.domain.cut.cut_motion import cut_time
from feasibility_svc.domain.cut.situation import CUT_NUMBERS, Situation
from feasibility_svc.domain.engine.engine import Engine
from feasibility_svc.domain.scoring.assessment import NotAssessedError
from feasibility_svc.domain.scoring.levels import RiskLevel
from feasibility_svc.domain.scoring.numeric import Columns
from feasibility_svc.domain.verdict import uncertainty
from feasibility_svc.domain.verdict.aggregation import CAPS, LEVELS, Table, ranks_as_they_count, ranks_of, tabulate
from foundation.abandonment import watched_each
from foundation.errors import InvalidFieldsError

AxisValue = float | str
MOST_AXES, MOST_POINTS = 3, 1_000_000
BLOCK_SIZE = 4_096
"""Points scored together where each costs little: enough to hide what a call costs, few enough to stay in the cache."""
_PATH_POINTS_PER_UNIT, _COST_OF_SITUATION = 32, 16
"""Points of a path that cost as much as a row of numbers, and rows that cost as much as a situation of their own."""
_GREEN, _RED = RiskLevel.GREEN.rank, RiskLevel.RED.rank


@dataclass(frozen=True, slots=True)
class Axis:
    """A parameter, by its field path, and its values."""

    key: str
    values: Sequence[AxisValue]

    @property
    def vector_key(self) -> str | None:
        """Key of the number, if it may be an array; for every other axis each value gets a situation of its own."""
        key = self.key.removeprefix("context.")
        return key if key in CUT_NUMBERS and key != self.key else None


def check_axis_count(count: int) -> None:
    """Refuse a grid without axes, or with more than anybody can look at.

    Raises:
        InvalidFieldsError: It has.
    """
    if not 1 <= count <= MOST_AXES:
        raise InvalidFieldsError.one("axes", f"{count} axes; 1 to {MOST_AXES} are allowed")


def check_grid(axes: Sequence[Axis]) -> None:
    """Refuse what is no grid, or a grid of too many points.

    Raises:
        InvalidFieldsError: It is.
    """
    if len({axis.key for axis in axes}) < len(axes):
        raise InvalidFieldsError.one("axes", "a field may be swept once")
    points = prod(len(axis.values) for axis in axes)
    if points > MOST_POINTS:
        raise InvalidFieldsError.one("axes", f"{points} points; at most {MOST_POINTS} are swept")


@dataclass(frozen=True, slots=True)
class Block:
    """Consecutive points with their verdicts. Times are NaN where they are not known."""

    first_index: int
    table: Table
    cut_times_s: np.ndarray
    p_green: np.ndarray | None = None
    """Share of the sample that is GREEN in every dimension."""
    p_red: np.ndarray | None = None
    """Share of the sample that is RED in at least one dimension."""


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the grid. Score and time are None where they are not known."""

    index: int
    values: Mapping[str, AxisValue]
    risk: RiskLevel
    score: float | None
    binding: int
    cut_time_s: float | None


@dataclass(frozen=True, slots=True)
class Result:
    """What a sweep says as a whole."""

    counts: Mapping[RiskLevel, int]
    green_region: Mapping[str, tuple[float, float]]
    green_share: float | None
    fastest_green: Point | None
    nearest: Point | None


SituationAt = Callable[[Mapping[str, AxisValue]], Situation]


class Sweep:
    """A grid over a few parameters; the last axis varies fastest."""

    def __init__(
        self, engine: Engine, axes: Sequence[Axis], situation_at: SituationAt, *, path_points: int = 0
    ) -> None:
        """A sweep.

        Args:
            engine: What scores.
            axes: The parameters.
            situation_at: The situation with fields replaced.
            path_points: How long the given paths are: each point of the grid may have to plan them anew. [-]
        """
        self.axes = tuple(axes)
        self.shape = tuple(len(axis.values) for axis in axes)
        self.point_count = prod(self.shape)
        self._engine = engine
        self._situation_at = situation_at
        self._situations: dict[tuple[AxisValue, ...], Situation] = {}
        self._looped = [place for place, axis in enumerate(axes) if axis.vector_key is None]
        cost = (1 + path_points // _PATH_POINTS_PER_UNIT) * (_COST_OF_SITUATION if self._looped else 1)
        self._block_size = max(1, BLOCK_SIZE // cost)
        self._summary = _Summary(self)

    def blocks(self) -> Iterator[Block]:
        """Score the points, block by block, in the order of the grid.

        Raises:
            EntryNotFoundError, NotAssessedError: A value of a looped axis names nothing.
        """
        for first in range(0, self.point_count, self._block_size):
            count = min(self._block_size, self.point_count - first)
            places = np.stack(np.unravel_index(np.arange(first, first + count), self.shape))
            block = self._block(first, places)
            self._summary.add(block)
            yield block

    @property
    def result(self) -> Result:
        """What the blocks so far say as a whole."""
        return self._summary.result()

    def values_at(self, index: int) -> dict[str, AxisValue]:
        places = np.unravel_index(index, self.shape)
        return {axis.key: axis.values[int(place)] for axis, place in zip(self.axes, places, strict=True)}

    def _block(self, first: int, places: np.ndarray) -> Block:
        """Score the points of a block in groups that share the values of every looped axis."""
        groups, group_of = np.unique(places[self._looped], axis=1, return_inverse=True)
        parts = []
        for group in watched_each(range(groups.shape[1])):
            members = np.flatnonzero(group_of.reshape(-1) == group)
            looped = {
                self.axes[axis].key: self.axes[axis].values[int(place)]
                for axis, place in zip(self._looped, groups[:, group], strict=True)
            }
            parts.append((members, self._score(looped, places[:, members])))
        if len(parts) == 1:
            return _block_of(first, parts[0][1])
        return _block_of(first, Scored.scattered(parts, places.shape[1]))

    def _score(self, looped: Mapping[str, AxisValue], places: np.ndarray) -> "Scored":
        situation = self._situation(looped)
        numbers: Columns = {
            axis.vector_key: np.array(axis.values, dtype=float)[places[index]]
            for index, axis in enumerate(self.axes)
            if axis.vector_key is not None
        }
        return score_rows(self._engine, situation, numbers, places.shape[1])

    def _situation(self, looped: Mapping[str, AxisValue]) -> Situation:
        key = tuple(looped.values())
        if key not in self._situations:
            if len(self._situations) >= self._block_size:
                self._situations.clear()  # each may hold a long path
            vector = {axis.key: axis.values[0] for axis in self.axes if axis.vector_key}
            self._situations[key] = self._situation_at({**vector, **looped})
        return self._situations[key]


@dataclass(frozen=True, slots=True)
class Scored:
    """Verdicts, cut times and chances of some points."""

    table: Table
    cut_times_s: np.ndarray
    p_green: np.ndarray | None
    p_red: np.ndarray | None

    @staticmethod
    def scattered(parts: Sequence[tuple[np.ndarray, "Scored"]], count: int) -> "Scored":
        """Parts put back into the order of the grid."""
        order = np.empty(count, dtype=int)
        order[np.concatenate([members for members, _ in parts])] = np.arange(count)

        def together(name: str, source: str) -> Any:
            arrays = [getattr(getattr(part, source) if source else part, name) for _, part in parts]
            if any(array is None for array in arrays):
                return None
            return np.concatenate(arrays, axis=-1)[..., order]

        fields = ("ranks", "scores", "binding", "dimension_scores", "dimension_ranks")
        return Scored(
            Table(*(together(name, "table") for name in fields)),
            together("cut_times_s", ""),
            together("p_green", ""),
            together("p_red", ""),
        )


def _block_of(first: int, scored: Scored) -> Block:
    return Block(first, scored.table, scored.cut_times_s, scored.p_green, scored.p_red)


def score_rows(engine: Engine, situation: Situation, numbers: Columns, count: int) -> Scored:
    """Verdicts and times of a situation with numbers replaced by arrays of `count` values."""
    varied = situation.varied(numbers)
    table = engine.table(varied, count)
    p_green = p_red = None
    if situation.context.uncertainty.method == "SAMPLED":
        table, p_green, p_red = _sampled(engine, situation, numbers, table)
    return Scored(table, _cut_times_s(varied, count), p_green, p_red)


def _cut_times_s(varied: Situation, count: int) -> np.ndarray:
    try:
        seconds = cut_time(varied).longest_s
    except NotAssessedError:
        seconds = np.nan
    return np.array(np.broadcast_to(seconds, count))


_POINTS_PER_SAMPLING = 16


def _sampled(
    engine: Engine, situation: Situation, numbers: Columns, nominal: Table
) -> tuple[Table, np.ndarray, np.ndarray]:
    """Levels lowered by their probability, as `tolerance_intervals.widened` lowers those of a single report."""
    count, samples = len(nominal.ranks), uncertainty.SAMPLE_COUNT
    ranks, scores = nominal.dimension_ranks.copy(), nominal.dimension_scores.copy()
    p_green, p_red = np.empty(count), np.empty(count)
    for first in watched_each(range(0, count, _POINTS_PER_SAMPLING)):
        part = slice(first, min(first + _POINTS_PER_SAMPLING, count))
        points = part.stop - part.start
        repeated: Columns = {
            key: np.repeat(np.broadcast_to(values, count)[part], samples) for key, values in numbers.items()
        }
        deviates = {
            item.key: np.tile(uncertainty.halton_normal(item.base, samples), points) for item in uncertainty.TOLERANCES
        }
        spread = uncertainty.spread_out(situation.varied(repeated), deviates)
        drawn = engine.table(spread, points * samples).dimension_scores.reshape(-1, points, samples)
        drawn_ranks = ranks_as_they_count(drawn, ranks_of(drawn), engine.profiles)
        shares_red = np.count_nonzero(drawn_ranks == _RED, axis=2) / samples
        likely = uncertainty.ranks_by_likelihood(shares_red)
        known = np.isfinite(scores[:, part])
        lowered = np.where(known, np.maximum(ranks[:, part], likely), ranks[:, part])
        ceilings = CAPS[lowered]
        changed = lowered != ranks[:, part]
        scores[:, part] = np.where(changed, np.minimum(scores[:, part], ceilings), scores[:, part])
        ranks[:, part] = lowered
        p_green[part] = np.mean(np.all(drawn_ranks == _GREEN, axis=0), axis=1)
        p_red[part] = np.mean(np.any(drawn_ranks == _RED, axis=0), axis=1)
    return tabulate(scores, ranks, engine.profiles), p_green, p_red


class _Summary:
    """Collects the summary of a whole sweep while its blocks go by."""

    def __init__(self, sweep: Sweep) -> None:
        self._sweep = sweep
        self._counts = np.zeros(len(LEVELS), dtype=int)
        self._extents: dict[str, tuple[float, float]] = {}
        self._green_places: list[np.ndarray] = []
        self._fastest: tuple[float, float, int, Block] | None = None
        self._nearest: tuple[int, float, int, Block] | None = None

    def add(self, block: Block) -> None:
        table = block.table
        self._counts += np.bincount(table.ranks, minlength=len(LEVELS))
        green = np.flatnonzero(table.ranks == 0)
        if len(green):
            self._green_places.append(np.stack(np.unravel_index(green + block.first_index, self._sweep.shape)))
            self._consider_fastest(block, green)
        self._consider_nearest(block)

    def _consider_fastest(self, block: Block, green: np.ndarray) -> None:
        times = np.where(np.isnan(block.cut_times_s[green]), np.inf, block.cut_times_s[green])
        best = int(np.lexsort((-block.table.scores[green], times))[0])
        found = (float(times[best]), -float(block.table.scores[green][best]), int(green[best]), block)
        if self._fastest is None or found[:2] < self._fastest[:2]:
            self._fastest = found

    def _consider_nearest(self, block: Block) -> None:
        """The best level, and among those the point whose worst dimension is best."""
        worst = np.min(np.nan_to_num(block.table.dimension_scores, nan=-1.0), axis=0)
        best = int(np.lexsort((-worst, block.table.ranks))[0])
        found = (int(block.table.ranks[best]), -float(worst[best]), best, block)
        if self._nearest is None or found[:2] < self._nearest[:2]:
            self._nearest = found

    def result(self) -> Result:
        counts = {level: int(count) for level, count in zip(LEVELS, self._counts, strict=True)}
        region, share = self._region()
        fastest = None if self._fastest is None else self._point(self._fastest[3], self._fastest[2])
        nearest = None
        if fastest is None and self._nearest is not None:
            nearest = self._point(self._nearest[3], self._nearest[2])
        return Result(counts, region, share, fastest, nearest)

    def _region(self) -> tuple[dict[str, tuple[float, float]], float | None]:
        if not self._green_places:
            return {}, None
        places = np.concatenate(self._green_places, axis=1)
        lowest, highest = places.min(axis=1), places.max(axis=1)
        box = int(np.prod(highest - lowest + 1))
        region = {}
        for axis, low, high in zip(self._sweep.axes, lowest, highest, strict=True):
            values = [value for value in axis.values[int(low) : int(high) + 1] if not isinstance(value, str)]
            if values:
                region[axis.key] = (min(values), max(values))
        return region, places.shape[1] / box

    def _point(self, block: Block, place: int) -> Point:
        score, seconds = float(block.table.scores[place]), float(block.cut_times_s[place])
        index = block.first_index + place
        return Point(
            index=index,
            values=self._sweep.values_at(index),
            risk=LEVELS[int(block.table.ranks[place])],
            score=None if np.isnan(score) else score,
            binding=int(block.table.binding[place]),
            cut_time_s=None if np.isnan(seconds) else seconds,
        )
