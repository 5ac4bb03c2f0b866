"""Bills of materials, and how parts are nested for them."""

from typing import Any

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.dimensions.material_efficiency import MaterialEfficiency
from feasibility_svc.domain.engine.engine import DimensionEngine
from feasibility_svc.domain.engine.registry import baseline_engine
from feasibility_svc.domain.physics.nesting import Rectangle, nest
from feasibility_svc.domain.scoring.levels import RiskLevel
from feasibility_svc.domain.views.views import NO_VIEWS
from tests import builders
from tests.feasibility_svc.domain.made_up import Broken
from tests.feasibility_svc.domain.situations import assess, fret_situation, kinds, situation

ENGINE = baseline_engine()
CHANNEL: dict[str, Any] = builders.ROSETTE["rosette_channel"]
NARROW = {**CHANNEL, "outer_radius_mm": 49.5, "depth_mm": 7.5}
POCKET: dict[str, Any] = {"length_mm": 80.0, "width_mm": 40.0, "depth_mm": 2.0}
RINGS = [
    {"inner_radius_mm": 46.0, "width_mm": 1.8, "pattern": "PURFLING", "material_id": "maple_hard"},
    {"inner_radius_mm": 48.0, "width_mm": 4.0, "pattern": "HERRINGBONE"},
    {"inner_radius_mm": 52.2, "width_mm": 2.0, "pattern": "MOSAIC"},
    {"inner_radius_mm": 54.4, "width_mm": 1.0},
]


def test_a_rosette_has_a_bill_of_strips_and_tiles(catalogue: Catalogue) -> None:
    design = {"rosette_channel": {**builders.ROSETTE["rosette_channel"], "rings": RINGS}}
    bill = ENGINE.evaluate(situation(catalogue, design=design)).views.bill_of_materials
    assert bill is not None
    assert [line.item for line in bill.lines] == [
        "ring 1, purfling",
        "ring 2, herringbone",
        "ring 3, mosaic",
        "ring 4, solid",
    ]
    purfling = bill.lines[0]
    assert (purfling.count, purfling.material_id) == (
        2,
        "maple_hard",
    )  # three plies of 294.7 + 15 mm from 800 mm strips
    assert purfling.length_mm == pytest.approx(3 * (3.14159265 * 93.8 + 15.0))
    assert bill.lines[1].count == 176  # ceil(ceil(314.16 / 2) / 0.9)
    assert all(0 < line.used_share < 1 for line in bill.lines)
    assert (bill.stock_count, bill.placements) == (None, ())


def test_parts_have_a_bill_of_sheets(catalogue: Catalogue) -> None:
    bill = ENGINE.evaluate(situation(catalogue, {"stock.price": 40.0})).views.bill_of_materials
    assert bill is not None
    assert (bill.stock_count, bill.price) == (1, 40.0)
    many = {
        **builders.ROSETTE,
        "part": {"rectangle": {"width_mm": 100.0, "length_mm": 250.0}, "count": 9, "spacing_mm": 3.0},
    }
    bill = ENGINE.evaluate(situation(catalogue, design=many)).views.bill_of_materials
    assert bill is not None
    assert bill.stock_count == 3
    assert bill.used_share == pytest.approx(9 * 25_000 / (3 * 210 * 530))
    huge = {
        **builders.ROSETTE,
        "part": {"rectangle": {"width_mm": 900.0, "length_mm": 900.0}, "count": 1, "spacing_mm": 3.0},
    }
    assert ENGINE.evaluate(situation(catalogue, design=huge)).views.bill_of_materials is None


def mixed(*parts: tuple[float, float, int], locked: bool = True, **fields: Any) -> dict[str, Any]:
    return {
        "rosette_channel": builders.ROSETTE["rosette_channel"],
        "mixed_parts": [
            {
                "rectangle": {"width_mm": width, "length_mm": length},
                "count": count,
                "spacing_mm": 3.0,
                "grain_locked": locked,
                **fields,
            }
            for width, length, count in parts
        ],
    }


def test_mixed_parts_are_nested_without_overlap(catalogue: Catalogue) -> None:
    design = mixed((70.0, 510.0, 2), (30.0, 200.0, 2), (20.0, 90.0, 4))
    looked_at = situation(catalogue, design=design)
    assert assess(MaterialEfficiency(), looked_at).risk is RiskLevel.GREEN
    bill = ENGINE.evaluate(looked_at).views.bill_of_materials
    assert bill is not None
    assert bill.stock_count == 1
    assert [item.part_index for item in bill.placements] == list(range(8))
    for one in bill.placements:
        assert one.x_mm + one.width_mm <= 210.0
        assert one.y_mm + one.length_mm <= 530.0
        for other in bill.placements:
            if one is other:
                continue
            apart = (
                one.x_mm + one.width_mm + 3 <= other.x_mm + 1e-6
                or other.x_mm + other.width_mm + 3 <= one.x_mm + 1e-6
                or one.y_mm + one.length_mm + 3 <= other.y_mm + 1e-6
                or other.y_mm + other.length_mm + 3 <= one.y_mm + 1e-6
            )
            assert apart
    assert ENGINE.evaluate(looked_at).views.bill_of_materials == bill


def test_parts_locked_to_the_grain_do_not_turn(catalogue: Catalogue) -> None:
    locked = mixed((500.0, 60.0, 1))
    assert assess(MaterialEfficiency(), situation(catalogue, design=locked)).risk is RiskLevel.RED
    assert ENGINE.evaluate(situation(catalogue, design=locked)).views.bill_of_materials is None
    free = mixed((500.0, 60.0, 1), locked=False)
    assert assess(MaterialEfficiency(), situation(catalogue, design=free)).finding.endswith("of the board")
    turned = mixed((60.0, 150.0, 1), quarter_turned=True)
    assert "across the grain" in assess(MaterialEfficiency(), situation(catalogue, design=turned)).warnings[0]


def test_parts_that_need_more_sheets_are_red_and_counted(catalogue: Catalogue) -> None:
    design = mixed((100.0, 400.0, 4))
    looked_at = situation(catalogue, design=design)
    assessment = assess(MaterialEfficiency(), looked_at)
    assert assessment.risk is RiskLevel.RED
    assert assessment.warnings == ["the parts need 2 sheets of this stock"]
    bill = ENGINE.evaluate(looked_at).views.bill_of_materials
    assert bill is not None
    assert bill.stock_count == 2


def test_too_many_parts_are_not_nested(catalogue: Catalogue) -> None:
    assert kinds(assess(MaterialEfficiency(), situation(catalogue, design=mixed((5.0, 5.0, 501)))))


def test_the_same_parts_always_lie_the_same_way() -> None:
    parts = [Rectangle(30, 20, False), Rectangle(20, 30, False), Rectangle(60, 10, False)]
    first = nest(parts, stock_width_mm=100, stock_length_mm=100, kerf_mm=2)
    assert first == nest(parts, stock_width_mm=100, stock_length_mm=100, kerf_mm=2)
    assert first is not None


def test_a_view_that_fails_decides_nothing(catalogue: Catalogue) -> None:
    lonely = DimensionEngine(engine_id="t", version="1", description="", dimensions=[Broken(90.0)])
    report = lonely.evaluate(fret_situation(catalogue))
    assert report.verdict.risk is RiskLevel.GREEN
    assert report.views is NO_VIEWS
    assert len(report.faults) == 1


def test_a_ring_without_a_width_has_no_line(catalogue: Catalogue) -> None:
    rings = [{"inner_radius_mm": 46.0}, RINGS[3]]
    design = {"rosette_channel": {**CHANNEL, "rings": rings}}
    bill = ENGINE.evaluate(situation(catalogue, design=design)).views.bill_of_materials
    assert bill is not None
    assert [line.item for line in bill.lines] == ["ring 2, solid"]
