"""Numbers at the edge of what a float holds are refused by name, or judged without an overflow."""

import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.engine.registry import EngineRegistry, baseline_engine
from feasibility_svc.service.encoded_reports import ReportEncoder, ReportRequest
from feasibility_svc.usecases.evaluate import EvaluateSetup
from foundation.errors import InvalidFieldsError
from rmos.type.v1 import context_pb2, design_pb2
from tests.promises.valid_designs import CONTEXTS, DESIGNS, context, design

EXTREMES = [5e-324, 1e-30, 1e-9, -0.0, 1e4, 2.0**53, 1e16, 1e308, float("nan"), float("inf")]


_CUT_WITH = {3: DESIGNS.index(next(value for value in DESIGNS if "saw_cut" in value))}
"""Designs that fit contexts of another place."""


class Shelf:
    """A catalogue that stays as it is."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.current = catalogue


@pytest.fixture(scope="module")
def evaluation(catalogue: Catalogue) -> ReportEncoder:
    return ReportEncoder(EvaluateSetup(EngineRegistry([baseline_engine()]), Shelf(catalogue), stopwatch=lambda: 0.0))


def doubles(message: Message, path: str) -> Iterator[tuple[Message, str, str]]:
    """Every number with decimals of a message and of the messages it holds: where it stands, its name, its path."""
    for field in message.DESCRIPTOR.fields:
        here = f"{path}.{field.name}"
        if field.message_type is not None and not field.is_repeated and message.HasField(field.name):
            yield from doubles(getattr(message, field.name), here)
        elif field.message_type is not None and field.is_repeated:
            for place, item in enumerate(getattr(message, field.name)):
                yield from doubles(item, f"{here}[{place}]")
        elif field.type == FieldDescriptor.TYPE_DOUBLE and not field.is_repeated:
            yield message, field.name, here


def judged(evaluation: ReportEncoder, given: design_pb2.Design, setup: context_pb2.Context) -> str:
    """The fields that are refused; empty for a report, whose log has no call to name: a fault of a dimension fails."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            evaluation.report(ReportRequest(given, setup))
    except InvalidFieldsError as error:
        return " ".join(item.field for item in error.violations)
    return ""


@pytest.mark.parametrize("number", range(len(DESIGNS)))
def test_every_number_of_a_design_is_refused_or_judged(evaluation: ReportEncoder, number: int) -> None:
    for extreme in EXTREMES:
        for place in range(len(list(doubles(design(number), "design")))):
            given = design(number)
            holder, name, path = list(doubles(given, "design"))[place]
            setattr(holder, name, extreme)
            refused = judged(evaluation, given, context(number))
            assert not refused or path.rpartition(".")[0] in refused


@pytest.mark.parametrize("number", range(len(CONTEXTS)))
def test_every_number_of_a_context_is_refused_or_judged(evaluation: ReportEncoder, number: int) -> None:
    for extreme in EXTREMES:
        for place in range(len(list(doubles(context(number), "context")))):
            setup = context(number)
            holder, name, path = list(doubles(setup, "context"))[place]
            setattr(holder, name, extreme)
            refused = judged(evaluation, design(_CUT_WITH.get(number, number)), setup)
            assert not refused or path.rpartition(".")[0] in refused


@pytest.mark.parametrize("extreme", [5e-324, 1e-30])
@pytest.mark.parametrize(
    "path",
    [
        "context.stock.width_mm",
        "context.stock.length_mm",
        "context.stock.thickness_mm",
        "context.tool.diameter_mm",
        "context.tool.marked_max_spindle_speed_rpm",
        "context.machine.max_feed_rate_mm_per_min",
        "context.machine.stiffness_n_per_mm",
        "context.machine.lateral_force_limit_n",
        "context.machine.spindle_power_w",
        "context.cut.spindle_speed_rpm",
        "context.cut.plunge_rate_mm_per_min",
        "context.cut.axial_depth_mm",
        "context.cut.radial_width_mm",
        "context.cut.time_limit_s",
        "design.pocket.wall_thickness_mm",
        "design.fret_slots.heel_width_mm",
        "design.fret_slots.board_length_mm",
    ],
)
def test_a_length_force_or_speed_of_nothing_is_refused_by_name(
    evaluation: ReportEncoder, path: str, extreme: float
) -> None:
    number = next((place for place, value in enumerate(DESIGNS) if path.split(".")[1] in value), 0)
    given, setup = design(number), context(0)
    holder: Any = given if path.startswith("design") else setup
    *groups, name = path.split(".")[1:]
    for group in groups:
        holder = getattr(holder, group)
    setattr(holder, name, extreme)
    assert judged(evaluation, given, setup) == path
