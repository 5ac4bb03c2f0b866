"""Worked examples of what a recommended setup aims at, to 1e-9."""

import pytest

from feasibility_svc.domain.advice.usual_practice import deepest_pass_mm, usual_chip_mm
from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.catalogue.envelope import ToolFamily
from feasibility_svc.domain.dimensions.precedent import shown
from feasibility_svc.domain.inputs.material_class import MaterialClass
from tests.feasibility_svc.domain.verdict_examples import Numbers, verdict_examples


@verdict_examples("V13_recommend")
def test_what_is_aimed_at(catalogue: Catalogue, example: Numbers) -> None:
    given, expected = example["inputs"], example["expected"]
    kind, tier, diameter_mm = MaterialClass(given["material_class"]), given["tier"], given["D_mm"]
    row = catalogue.envelope.row(kind, ToolFamily.MILLING)
    low_mm = row.low_edge_mm(diameter_mm)
    published = None
    if tier != "INDUSTRIAL":
        published = shown(tier=tier, material_kind=given["material"], material_class=kind)
    actual = {
        "lo_mm": low_mm,
        "fz_target_mm": usual_chip_mm(
            low_mm=low_mm, high_mm=row.high_edge_mm(diameter_mm), diameter_mm=diameter_mm, precedent=published
        ),
    }
    if published is not None:
        deepest_mm = deepest_pass_mm(diameter_mm=diameter_mm, radial_ratio=1.0, precedent=published)
        assert deepest_mm is not None
        actual["slot_pass_max_mm"] = deepest_mm
    assert actual == pytest.approx(expected, rel=1e-9)
