"""What each score is sensitive to.

Scores have kinks and steps; there the gentler side counts, because the steeper one says nothing about a small change.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.engine.engine import Engine
from feasibility_svc.domain.scoring.levels import Category
from feasibility_svc.domain.scoring.numeric import Columns

KEYS = (
    "cut.feed_rate_mm_per_min",
    "cut.spindle_speed_rpm",
    "cut.axial_depth_mm",
    "cut.radial_width_mm",
    "tool.stickout_mm",
)
_STEP = 1e-6
_NOTHING = 1e-3
_SMOOTH = 0.01
"""How far the two sides may differ where a score is smooth. [-]"""


def sensitivities(engine: Engine, situation: Situation) -> Mapping[Category, Sequence[tuple[str, float]]]:
    """d score / d ln(number) of every dimension by differences, strongest first; without what moves nothing."""
    keys = [key for key in KEYS if situation.find(key) is not None]
    numbers: Columns = {}
    for place, key in enumerate(keys):
        factors = np.ones(2 * len(keys))
        factors[2 * place], factors[2 * place + 1] = 1 - _STEP, 1 + _STEP
        numbers[key] = (situation.find(key) or 0.0) * factors
    if not keys:
        return {profile.category: [] for profile in engine.profiles}
    scores = _finite(engine.table(situation.varied(numbers), 2 * len(keys)).dimension_scores)
    present = _finite(engine.table(situation, 1).dimension_scores)
    below, above = (present - scores[:, 0::2]) / _STEP, (scores[:, 1::2] - present) / _STEP
    gentler = np.where(np.abs(below) < np.abs(above), below, above)
    smooth = np.abs(above - below) <= _SMOOTH * np.abs(gentler)
    slopes = np.where(smooth, (below + above) / 2, gentler)
    return {
        profile.category: sorted(
            ((key, float(slope)) for key, slope in zip(keys, row, strict=True) if abs(slope) > _NOTHING),
            key=lambda item: -abs(item[1]),
        )
        for profile, row in zip(engine.profiles, slopes, strict=True)
    }


def _finite(scores: np.ndarray) -> np.ndarray:
    """The scores, NaN where there is none."""
    return np.where(np.isfinite(scores), scores, np.nan)
