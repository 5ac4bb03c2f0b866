"""Ask what if: many points of a grid, or rows of numbers, scored together."""

from collections.abc import Mapping, Sequence

import numpy as np

from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.search.sweep import Axis, Scored, Sweep, score_rows
from feasibility_svc.usecases.evaluate import EvaluateSetup, EvaluationQuery
from foundation.errors import InvalidFieldsError


class SweepSetups:
    def __init__(self, evaluation: EvaluateSetup) -> None:
        self._evaluation = evaluation

    def sweep(self, query: EvaluationQuery, axes: Sequence[Axis]) -> Sweep:
        """A sweep that can start: every word is allowed, and the lowest and the highest number.

        Raises:
            InvalidFieldsError: Names the axis.
            EntryNotFoundError: A word names nothing.
        """
        for place, axis in enumerate(axes):
            self._check_axis(query, axis, f"axes[{place}]")
        points = sum(len(cut.x_mm) for cut in query.situation.context.toolpaths.cuts)
        return Sweep(query.engine, axes, lambda values: self._evaluation.replaced(query, values), path_points=points)

    def _check_axis(self, query: EvaluationQuery, axis: Axis, path: str) -> None:
        numbers = [value for value in axis.values if not isinstance(value, str)]
        ends: Sequence[float | str] = (min(numbers), max(numbers)) if numbers else axis.values
        for value in ends:
            try:
                self._evaluation.replaced(query, {axis.key: value})
            except InvalidFieldsError as error:
                text = "; ".join(f"{item.field} {item.description}" for item in error.violations)
                raise InvalidFieldsError.one(path, text) from error

    def score(self, query: EvaluationQuery, numbers: dict[str, np.ndarray]) -> Scored:
        """The scores of rows: columns of numbers of the cut, by key, one row per place.

        Raises:
            InvalidFieldsError: The lowest or the highest of a column breaks a rule.
        """
        for extreme in (min, max):
            self._replaced(query, {key: float(extreme(values)) for key, values in numbers.items()})
        first = self._replaced(query, {key: float(values[0]) for key, values in numbers.items()})
        return score_rows(query.engine, first, numbers, len(next(iter(numbers.values()))))

    def _replaced(self, query: EvaluationQuery, numbers: Mapping[str, float]) -> Situation:
        return self._evaluation.replaced(query, {f"context.{key}": value for key, value in numbers.items()})
