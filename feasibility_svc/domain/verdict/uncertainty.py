"""What the tolerances of the inputs do to the scores: intervals at the corners, probabilities over a fixed sample.

Everything is deterministic: the sample is Halton's, the same for every call.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import log
from statistics import NormalDist
from typing import Any

import numpy as np

from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.dimensions.dimension import Dimension
from feasibility_svc.domain.physics.surface_heat import EDGE_HEAT_SHARE
from feasibility_svc.domain.scoring.assessment import Likelihood, NotAssessedError
from feasibility_svc.domain.scoring.levels import GREEN_FROM, YELLOW_FROM, Category, RiskLevel
from feasibility_svc.domain.scoring.numeric import Columns
from feasibility_svc.domain.verdict.aggregation import LEVELS

SAMPLE_COUNT = 256
FORCE = "force"
"""Key of the factor on the force law, which no request states."""
_MEASURED_SHARE = 0.25
"""What remains of a tolerance once the user has measured the number [A]. [-]"""
_DIAL_SD = 0.08
"""Relative standard deviation of a speed set on a router's dial [A]. [-]"""


@dataclass(frozen=True, slots=True)
class Tolerance:
    """Spread of one input: relative (lognormal) or absolute (normal), one standard deviation."""

    key: str
    base: int
    """Base of its Halton sequence."""
    relative_sd: float = 0.0
    absolute_sd: float = 0.0
    shrinks_when_measured: bool = False
    only_when_stated: bool = False
    """Whether it counts only where the request states it: the limits carry the error of the force law already."""


TOLERANCES: Sequence[Tolerance] = (
    Tolerance("material.density_kg_per_m3", 2, relative_sd=0.10, shrinks_when_measured=True),
    Tolerance("cut.feed_rate_mm_per_min", 3, relative_sd=0.02),
    Tolerance("tool.stickout_mm", 5, absolute_sd=1.0),
    Tolerance("cut.axial_depth_mm", 7, absolute_sd=0.1),
    Tolerance(FORCE, 11, relative_sd=0.35, only_when_stated=True),
    Tolerance("cut.spindle_speed_rpm", 13, relative_sd=0.03),
    Tolerance("machine.stiffness_n_per_mm", 17, relative_sd=log(1.5), shrinks_when_measured=True),
    Tolerance("physics.edge_heat_share", 19, relative_sd=log(1.5), shrinks_when_measured=True),
    Tolerance("tool.diameter_mm", 23, absolute_sd=0.02),
    Tolerance("tool.runout_mm", 29, absolute_sd=0.01),
    Tolerance("material.moisture_percent", 31, absolute_sd=2.0),
)
"""Defaults [A]; the density's is the coefficient of variation of specific gravity in the Wood Handbook [M]."""
_LEAST_SHARE = 0.1
"""An absolute spread never takes more than nine tenths of a number away. [-]"""


@cache
def halton_normal(base: int, count: int) -> np.ndarray:
    """Standard normal deviates of Halton's sequence in a base, indices 1 to `count`.

    >>> [round(float(value), 6) for value in halton_normal(2, 3)]
    [0.0, -0.67449, 0.67449]
    """
    inverse = NormalDist().inv_cdf
    return np.array([inverse(_radical_inverse(index, base)) for index in range(1, count + 1)])


def _radical_inverse(index: int, base: int) -> float:
    result, fraction = 0.0, 1.0 / base
    while index:
        index, digit = divmod(index, base)
        result += digit * fraction
        fraction /= base
    return result


def spreads(situation: Situation) -> list[Tolerance]:
    """The tolerances that apply: of inputs that are known, as narrow as they were measured."""
    stated = {item.field.removeprefix("context."): item.sd for item in situation.context.uncertainty.tolerances}
    found = []
    for default in TOLERANCES:
        tolerance = default
        if tolerance.key not in {FORCE, "physics.edge_heat_share"} and situation.known(tolerance.key) is None:
            continue
        if tolerance.key in stated:
            sd = stated[tolerance.key]
            relative, absolute = (sd, 0.0) if tolerance.relative_sd else (0.0, sd)
            tolerance = Tolerance(tolerance.key, tolerance.base, relative, absolute)
        elif tolerance.only_when_stated:
            continue
        elif tolerance.shrinks_when_measured and tolerance.key in situation.stated:
            tolerance = Tolerance(tolerance.key, tolerance.base, tolerance.relative_sd * _MEASURED_SHARE)
        elif tolerance.key == "cut.spindle_speed_rpm" and situation.context.machine.dial_speeds_rpm:
            tolerance = Tolerance(tolerance.key, tolerance.base, _DIAL_SD)
        found.append(tolerance)
    return found


def spread_out(situation: Situation, deviates: Columns) -> Situation:
    """The situation with inputs moved by so many standard deviations, each an array."""
    factor: Any = 1.0
    numbers: Columns = {}
    for tolerance in spreads(situation):
        if tolerance.key not in deviates:
            continue
        moved = _moved(_nominal(situation, tolerance.key), tolerance, deviates[tolerance.key])
        if tolerance.key == FORCE:
            factor = moved
        else:
            numbers[tolerance.key] = moved
    return situation.drawn(numbers, force_factor=factor)


def _nominal(situation: Situation, key: str) -> float:
    if key == FORCE:
        return 1.0
    value = situation.find(key)
    if value is None:
        assert key == "physics.edge_heat_share"  # spreads leaves out everything else that is not known
        return EDGE_HEAT_SHARE
    return value


def _moved(nominal: float, tolerance: Tolerance, deviate: Any) -> Any:
    if tolerance.relative_sd:
        highest = 1.0 if tolerance.key == "physics.edge_heat_share" else np.inf
        return np.minimum(nominal * np.exp(tolerance.relative_sd * deviate), highest)
    return np.maximum(nominal + tolerance.absolute_sd * deviate, _LEAST_SHARE * nominal)


def likelihoods(dimensions: Sequence[Dimension], situation: Situation) -> Mapping[Category, Likelihood]:
    """Probability of each level of each dimension, over 256 Halton points."""
    deviates = {tolerance.key: halton_normal(tolerance.base, SAMPLE_COUNT) for tolerance in TOLERANCES}
    sampled = spread_out(situation, deviates)
    found = {}
    for dimension in dimensions:
        try:
            scores = _scores(dimension, sampled, SAMPLE_COUNT)
        except NotAssessedError:
            continue
        found[dimension.profile.category] = likelihood_of(scores)
    return found


def _scores(dimension: Dimension, situation: Situation, count: int) -> np.ndarray:
    """The score of each variant, 100 where it does not have the dimension.

    Raises:
        NotAssessedError: As `Dimension.score`.
    """
    scores = np.where(dimension.applies(situation), dimension.score(situation), 100.0)
    return np.broadcast_to(scores, count)


def likelihood_of(scores: np.ndarray) -> Likelihood:
    """Shares of the sample in each level."""
    green = int(np.count_nonzero(scores >= GREEN_FROM))
    red = int(np.count_nonzero(scores < YELLOW_FROM))
    count = len(scores)
    return Likelihood(
        p_green=green / count,
        p_yellow=(count - green - red) / count,
        p_red=red / count,
        score_mean=float(np.mean(scores)),
        score_low=float(np.min(scores)),
        score_high=float(np.max(scores)),
        sample_count=count,
    )


def level_by_likelihood(likelihood: Likelihood) -> RiskLevel:
    """The best level that the chances leave: RED when it is likelier than not, GREEN when it is hardly ever RED."""
    return LEVELS[int(ranks_by_likelihood(likelihood.p_red))]


def ranks_by_likelihood(p_red: Any) -> Any:
    """`level_by_likelihood` as ranks, for numbers or arrays of chances."""
    ranks = np.where(p_red < 0.05, RiskLevel.GREEN.rank, RiskLevel.YELLOW.rank)
    return np.where(p_red >= 0.5, RiskLevel.RED.rank, ranks)


def intervals(dimensions: Sequence[Dimension], situation: Situation) -> Mapping[Category, tuple[float, float]]:
    """Lowest and highest score of each dimension when every input is one standard deviation off.

    1. move each input alone, down and up, and see which way each dimension's score goes
    2. for each dimension put all inputs at their harmful ends, and all at their helpful ends
    3. the interval also spans everything seen on the way: a chip window has its best score in the middle
    """
    keys = [tolerance.key for tolerance in spreads(situation)]
    alone = {key: np.zeros(2 * len(keys) + 1) for key in keys}
    for index, key in enumerate(keys):
        alone[key][2 * index + 1], alone[key][2 * index + 2] = -1.0, 1.0
    one_by_one = spread_out(situation, alone)
    found = {}
    for dimension in dimensions:
        try:
            scores = _scores(dimension, one_by_one, 2 * len(keys) + 1)
        except NotAssessedError:
            continue
        ways = [float(np.sign(scores[2 * index + 2] - scores[2 * index + 1])) for index in range(len(keys))]
        corners = {key: np.array([-way, way]) for key, way in zip(keys, ways, strict=True)}
        ends = _scores(dimension, spread_out(situation, corners), 2)
        seen = np.concatenate([scores, ends])
        found[dimension.profile.category] = (float(np.min(seen)), float(np.max(seen)))
    return found


def first_order_sd(gradient: Sequence[float], deviations: Sequence[float]) -> float:
    """Standard deviation of a quantity from its gradient and its inputs' standard deviations.

    >>> first_order_sd([3.0, 4.0], [1.0, 1.0])
    5.0
    """
    return float(np.sqrt(sum((slope * sd) ** 2 for slope, sd in zip(gradient, deviations, strict=True))))
