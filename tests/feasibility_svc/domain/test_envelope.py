"""The published bites of the table that ships, and which class a material belongs to."""

from typing import get_args

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.catalogue.envelope import ToolFamily, tool_family
from feasibility_svc.domain.catalogue.force_laws import STANDS_FOR
from feasibility_svc.domain.inputs.context import MaterialKind
from feasibility_svc.domain.inputs.material_class import MaterialClass, material_class

WOODS_AND_BOARDS = {"SOFTWOOD", "HARDWOOD", "PLYWOOD", "MDF", "PARTICLEBOARD"}


@pytest.mark.parametrize(
    ("kinds", "diameter_mm", "window_mm"),
    [
        (("HARDWOOD", "END_MILL"), 6.35, (0.0254, 0.381)),
        (("HARDWOOD", "END_MILL"), 12.7, (0.040, 0.762)),
        (("MDF", "COMPRESSION"), 10.0, (0.040, 0.64)),
        (("PLASTIC_HARD", "O_FLUTE"), 3.175, (0.0254, 0.1524)),
        (("ALUMINIUM", "END_MILL"), 3.175, (0.00381, 0.05715)),
        (("PHENOLIC", "END_MILL"), 3.0, (0.009, 0.12)),
        (("CARBON_FIBRE", "END_MILL"), 2.0, (0.006, 0.07)),
        (("SHELL", "END_MILL"), 0.8, (0.00096, 0.008)),
        (("SOFTWOOD", "V_BIT"), 15.0, (0.010, 0.15)),
        (("PLYWOOD", "ENGRAVING"), 3.0, (0.010, 0.18)),
        (("HARDWOOD", "SAW_BLADE"), 254.0, (0.02, 0.50)),
        (("BRASS", "FRET_SAW_BLADE"), 63.5, (0.01, 0.20)),
        (("HARDWOOD", "DRILL"), 8.0, (0.016, 0.404)),
        (("MDF", "DRILL"), 5.0, (0.010, 0.254)),
        (("BRASS", "DRILL"), 5.0, (0.004, 0.104)),
        (("BONE", "DRILL"), 2.0, (0.001, 0.024)),
    ],
)
def test_window_of_a_bite(
    catalogue: Catalogue, kinds: tuple[MaterialKind, str], diameter_mm: float, window_mm: tuple[float, float]
) -> None:
    kind_of_material, kind_of_tool = kinds
    row = catalogue.envelope.row(material_class(kind_of_material), tool_family(kind_of_tool))
    assert (row.low_edge_mm(diameter_mm), row.high_edge_mm(diameter_mm)) == pytest.approx(window_mm, rel=1e-9)


@pytest.mark.parametrize("family", ToolFamily)
@pytest.mark.parametrize("belongs_to", sorted(set(MaterialClass) - {MaterialClass.OTHER}))
def test_every_class_has_a_window_for_every_family(
    catalogue: Catalogue, belongs_to: MaterialClass, family: ToolFamily
) -> None:
    row = catalogue.envelope.row(belongs_to, family)
    assert 0 < row.low_edge_mm(3.0) < row.high_edge_mm(3.0)


@pytest.mark.parametrize("kind", get_args(MaterialKind))
def test_every_kind_of_material_has_a_class(kind: MaterialKind) -> None:
    assert material_class(kind) in MaterialClass


@pytest.mark.parametrize("kind", sorted(set(get_args(MaterialKind)) - WOODS_AND_BOARDS))
def test_every_other_kind_than_woods_and_boards_has_a_force_law(catalogue: Catalogue, kind: MaterialKind) -> None:
    assert STANDS_FOR[kind] in catalogue.force_laws


def test_a_force_law_as_its_source_gives_it(catalogue: Catalogue) -> None:
    law = catalogue.force_laws["aluminium_6061"]
    assert (law.force_n_per_mm2, law.exponent_mc, law.spread) == (448.7, 0.27, 1.0)
    assert catalogue.force_laws["acrylic"].force_n_per_mm2 * 0.05**-0.30 == pytest.approx(273.0, rel=2e-3)
