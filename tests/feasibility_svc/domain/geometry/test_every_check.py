"""Every check of every operation, with its demand, its limit and its advice."""

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.geometry.check import Note
from tests import builders
from tests.feasibility_svc.domain.geometry.checks import found, rows
from tests.feasibility_svc.domain.geometry.operations import BOARDS, OPERATIONS


@pytest.mark.parametrize("name", list(OPERATIONS))
def test_every_check_of_an_operation(catalogue: Catalogue, name: str) -> None:
    design, context, expected = OPERATIONS[name]
    assert rows(found(catalogue, design, context)) == expected


@pytest.mark.parametrize("name", list(BOARDS))
def test_every_check_of_a_fretboard(catalogue: Catalogue, name: str) -> None:
    slots, expected = BOARDS[name]
    design = builders.overridden(builders.FRET_SLOTS, {f"fret_slots.{key}": item for key, item in slots.items()})
    assert rows(found(catalogue, design, base=builders.FRET_CONTEXT)) == expected


def test_a_blade_deep_in_the_work_is_told_with_its_share(catalogue: Catalogue) -> None:
    design, context, _ = OPERATIONS["a saw cut"]
    told = [item.text for item in found(catalogue, design, context) if isinstance(item, Note)]
    assert told == ["the blade dips 110 mm into the work, 43% of its diameter"]
