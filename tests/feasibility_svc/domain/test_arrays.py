"""One formula for a float and for an array: the bits are the same."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.dimensions.dimension import Dimension
from feasibility_svc.domain.engine.registry import baseline_engine
from feasibility_svc.domain.scoring import numeric, score_curves
from feasibility_svc.domain.scoring.assessment import NotAssessedError
from tests import builders
from tests.feasibility_svc.domain.situations import SAW, SAW_CUT, fret_situation, situation

FLOATS = st.lists(st.floats(1e-6, 7e2), min_size=1, max_size=40)
FUNCTIONS: list[Any] = [numeric.exp, numeric.log, numeric.sin, numeric.cos, numeric.tan, numeric.sqrt, numeric.ceil]


@given(FLOATS)
def test_every_element_gets_the_bits_of_a_float(values: list[float]) -> None:
    array: Any = np.array(values)
    for function in FUNCTIONS:
        assert list(function(array)) == [function(value) for value in values]
    assert list(numeric.power(array, 0.974)) == [numeric.power(value, 0.974) for value in values]  # type: ignore[call-overload]
    assert list(numeric.acos(array / 1e3)) == [numeric.acos(value / 1e3) for value in values]  # type: ignore[call-overload]


@given(FLOATS)
def test_score_curves_give_arrays_the_bits_of_floats(values: list[float]) -> None:
    array: Any = np.array(values)
    for score in (
        score_curves.one_sided,
        score_curves.speed_limit,
        score_curves.whirl,
    ):
        assert list(score(array)) == [score(value) for value in values]  # type: ignore[call-overload]


CUT_NUMBERS = {
    "cut.spindle_speed_rpm": (8_000.0, 30_000.0),
    "cut.feed_rate_mm_per_min": (150.0, 6_000.0),
    "cut.plunge_rate_mm_per_min": (50.0, 1_500.0),
    "cut.axial_depth_mm": (0.1, 9.0),
    "cut.radial_width_mm": (0.1, 6.0),
}
VARIED = {
    **CUT_NUMBERS,
    "material.density_kg_per_m3": (250.0, 1_200.0),
    "material.moisture_percent": (4.0, 22.0),
    "tool.stickout_mm": (14.0, 60.0),
    "tool.runout_mm": (0.0, 0.05),
    "machine.stiffness_n_per_mm": (200.0, 20_000.0),
    "physics.edge_heat_share": (0.1, 0.9),
}
POCKET = {"pocket": {"length_mm": 80.0, "width_mm": 40.0, "depth_mm": 18.0}, "part": builders.ROSETTE["part"]}
SLOT: dict[str, Any] = {"profile": {"length_mm": 400.0, "depth_mm": 12.0}}
TABS: dict[str, Any] = {"tab_count": 3, "tab_width_mm": 4.0, "tab_thickness_mm": 2.0}
JOBS: dict[str, dict[str, Any]] = {
    "rosette": {},
    "pocket": {"design": POCKET, "context": {"tool.tool_id": "end_mill_6350", "stock.thickness_mm": 45.0}},
    "compression": {
        "design": POCKET,
        "context": {"tool.kind": "COMPRESSION", "tool.flute_direction": "COMPRESSION", "tool.upcut_length_mm": 5.0},
    },
    "three flutes": {"context": {"tool.flute_count": 3, "tool.flute_direction": "UP"}},
    "ball nose": {"context": {"tool.tool_id": "ball_nose_3175"}},
    "v-bit": {"context": {"tool.tool_id": "v_bit_60", "cut.axial_depth_mm": 1.0}},
    "given path": {
        "context": {"toolpaths.cuts": [{"x_mm": [0, 50, 50, 0], "y_mm": [0, 0, 50, 50], "closed": True}]},
    },
    "mdf": {"context": {"material.material_id": "mdf"}},
    "aluminium": {"context": {"material.material_id": "aluminium_6061", "tool.kind": "END_MILL"}},
    "saw": {"design": SAW_CUT, "context": SAW},
    "driven saw": {"design": SAW_CUT, "context": {**SAW, "machine.hand_feed": False}},
    "by hand": {"design": SLOT, "context": {"machine.hand_feed": True, "tool.grip_length_mm": 9.0}},
    "tabs": {"design": {"profile": {**SLOT["profile"], "through": True, **TABS}}, "context": {}},
    "brass": {"design": SLOT, "context": {"material.material_id": "brass_360", "tool.overall_length_mm": 50.0}},
    "tapered": {"context": {"tool.tool_id": "tapered_ball_0500", "cut.quality_face": "TOP"}},
    "drilling": {"design": {"drilling": {"hole_diameter_mm": 3.175, "depth_mm": 9.0}}, "context": {}},
}


def having(looked_at: Situation) -> list[Dimension]:
    """The dimensions a situation has."""
    return [one for one in baseline_engine().dimensions if one.applies(looked_at) is not False]


@pytest.mark.parametrize("job", JOBS, ids=str)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_a_batch_scores_as_its_members_do(catalogue: Catalogue, job: str, data: st.DataObject) -> None:
    looked_at = situation(catalogue, **JOBS[job])
    rows = data.draw(
        st.lists(st.tuples(*(st.floats(low, high) for low, high in VARIED.values())), min_size=1, max_size=7)
    )
    columns: dict[str, Any] = dict(zip(VARIED, np.array(rows).T, strict=True))
    batch = looked_at.varied(columns)
    for dimension in having(batch):
        try:
            together = np.broadcast_to(dimension.score(batch), len(rows))
        except NotAssessedError:
            with pytest.raises(NotAssessedError):
                dimension.score(looked_at.varied(dict(zip(VARIED, rows[0], strict=True))))
            continue
        members = [looked_at.varied(dict(zip(VARIED, row, strict=True))) for row in rows]
        assert list(together) == [dimension.score(member) for member in members], dimension.profile.category
        applies = np.broadcast_to(dimension.applies(batch), len(rows))
        assert list(applies) == [dimension.applies(member) for member in members], dimension.profile.category


@pytest.mark.parametrize("job", JOBS, ids=str)
def test_words_and_numbers_come_from_one_measurement(catalogue: Catalogue, job: str) -> None:
    looked_at = situation(catalogue, **JOBS[job])
    for dimension in having(looked_at):
        try:
            assessment = dimension.assess(looked_at)
        except NotAssessedError:
            continue
        assert assessment.score == dimension.score(looked_at)


def test_fret_slots_score_the_same_alone_and_in_a_batch(catalogue: Catalogue) -> None:
    looked_at = fret_situation(catalogue)
    feeds = [900.0, 1_262.0, 2_000.0]
    batch = looked_at.varied({"cut.feed_rate_mm_per_min": np.array(feeds)})  # type: ignore[dict-item]
    for dimension in having(batch):
        together = np.broadcast_to(dimension.score(batch), len(feeds))
        alone = [dimension.score(looked_at.varied({"cut.feed_rate_mm_per_min": feed})) for feed in feeds]
        assert list(together) == alone
