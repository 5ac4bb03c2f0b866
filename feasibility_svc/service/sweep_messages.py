"""Batches and sweeps on the wire."""

from collections.abc import Iterator, Sequence
from math import isfinite

import numpy as np

from feasibility_svc.domain.cut.situation import CUT_NUMBERS
from feasibility_svc.domain.dimensions.dimension import Profile
from feasibility_svc.domain.scoring.levels import RiskLevel
from feasibility_svc.domain.search.sweep import Axis, Block, Point, Result, Scored, check_axis_count, check_grid
from feasibility_svc.domain.verdict.aggregation import LEVELS as RANKED
from feasibility_svc.service.report_messages import CATEGORIES, LEVELS, digits, rounded
from foundation.errors import InvalidFieldsError, Violation
from rmos.feasibility.v1 import feasibility_service_pb2 as pb

MOST_ROWS, MOST_NUMBERS, MOST_TEXTS = 10_000, 10_000, 100
_LEVEL_OF_RANK = np.array([LEVELS[level] for level in RANKED])
_ROOTS = ("context.", "design.")


def read_axes(messages: Sequence[pb.SweepAxis]) -> list[Axis]:
    """The axes, by full path, ranges written out.

    Raises:
        InvalidFieldsError: No axes or no grid, no values or too many.
    """
    check_axis_count(len(messages))
    axes = [_read_axis(message, f"axes[{place}]") for place, message in enumerate(messages)]
    check_grid(axes)
    return axes


def _read_axis(message: pb.SweepAxis, path: str) -> Axis:
    if not message.field.startswith(_ROOTS) or message.field.count(".") < 2:
        raise InvalidFieldsError.one(f"{path}.field", f"{message.field!r} is not a field of context or design")
    values: Sequence[float | str]
    match message.WhichOneof("values"):
        case "range":
            values = _read_range(message.range, f"{path}.range")
        case "numbers":
            values = list(message.numbers.values)
            _count(values, MOST_NUMBERS, f"{path}.numbers.values")
            _refuse_infinite(message.numbers.values, message.field, f"{path}.numbers.values")
        case "texts":
            values = list(message.texts.values)
            _count(values, MOST_TEXTS, f"{path}.texts.values")
        case _:
            raise InvalidFieldsError.one(path, "one of range, numbers, texts is required")
    return Axis(message.field, values)


def _read_range(message: pb.NumberRange, path: str) -> list[float]:
    if not message.HasField("min") or not message.HasField("max"):
        raise InvalidFieldsError.one(path, "min and max are required")
    if not 2 <= message.count <= MOST_NUMBERS:
        raise InvalidFieldsError.one(f"{path}.count", f"{message.count} is not allowed: 2 to {MOST_NUMBERS}")
    if not np.isfinite([message.min, message.max]).all() or message.min >= message.max:
        raise InvalidFieldsError.one(path, f"min {message.min} must be below max {message.max}")
    values: list[float] = np.linspace(message.min, message.max, message.count).tolist()
    return values


def _count(values: Sequence[object], most: int, path: str) -> None:
    if not 1 <= len(values) <= most:
        raise InvalidFieldsError.one(path, f"{len(values)} values; 1 to {most} are allowed")


def _refuse_infinite(values: Sequence[float], field: str, path: str) -> None:
    """Refuse what is no finite number, wherever it stands: comparisons with NaN pass every range."""
    violations = [
        Violation(f"{path}[{place}]", f"{field}: {value} is not a finite number")
        for place, value in enumerate(values)
        if not isfinite(value)
    ]
    if violations:
        raise InvalidFieldsError(violations)


def read_columns(messages: Sequence[pb.NumberColumn]) -> dict[str, np.ndarray]:
    """The numbers of a batch by key; every column has as many.

    Raises:
        InvalidFieldsError: A field that does not vary within a batch, no values, columns of different length.
    """
    columns = {}
    for place, message in enumerate(messages):
        key = message.field.removeprefix("context.")
        if key not in CUT_NUMBERS or key in columns or key == message.field:
            allowed = ", ".join(sorted(f"context.{name}" for name in CUT_NUMBERS))
            raise InvalidFieldsError.one(
                f"columns[{place}].field", f"{message.field!r} is not allowed: one each of {allowed}"
            )
        _count(message.values, MOST_ROWS, f"columns[{place}].values")
        _refuse_infinite(message.values, message.field, f"columns[{place}].values")
        columns[key] = np.array(message.values)
        if len(message.values) != len(messages[0].values):
            raise InvalidFieldsError.one(
                f"columns[{place}].values", f"{len(message.values)} values, the first column has another number"
            )
    return columns


def write_table(scored: Scored | Block, profiles: Sequence[Profile]) -> pb.ScoreTable:
    table = scored.table
    categories = np.array([CATEGORIES[profile.category] for profile in profiles])
    return pb.ScoreTable(
        risks=_LEVEL_OF_RANK[table.ranks].tolist(),
        scores=_digits(np.nan_to_num(table.scores)),
        binding_categories=categories[table.binding].tolist(),
        cut_times_s=_digits(np.nan_to_num(scored.cut_times_s)),
        p_green=[] if scored.p_green is None else scored.p_green.tolist(),
        p_red=[] if scored.p_red is None else scored.p_red.tolist(),
    )


def _digits(values: np.ndarray) -> list[float]:
    """Twelve significant digits of each, as `report_messages.digits` gives them."""
    return [digits(value) for value in values.tolist()]


def write_header(axes: Sequence[Axis], point_count: int) -> pb.SweepFeasibilityResponse:
    return pb.SweepFeasibilityResponse(
        header=pb.SweepHeader(axes=[_write_axis(axis) for axis in axes], point_count=point_count)
    )


def _write_axis(axis: Axis) -> pb.SweepAxis:
    texts = [value for value in axis.values if isinstance(value, str)]
    if texts:
        return pb.SweepAxis(field=axis.key, texts=pb.TextList(values=texts))
    return pb.SweepAxis(field=axis.key, numbers=pb.NumberList(values=[float(value) for value in axis.values]))


def write_block(block: Block, profiles: Sequence[Profile]) -> pb.SweepFeasibilityResponse:
    return pb.SweepFeasibilityResponse(
        block=pb.SweepBlock(first_index=block.first_index, table=write_table(block, profiles))
    )


def write_result(result: Result, profiles: Sequence[Profile], *, compute_ms: float) -> pb.SweepFeasibilityResponse:
    counts = result.counts
    return pb.SweepFeasibilityResponse(
        result=pb.SweepResult(
            green_count=counts[RiskLevel.GREEN],
            yellow_count=counts[RiskLevel.YELLOW],
            red_count=counts[RiskLevel.RED],
            unknown_count=counts[RiskLevel.UNKNOWN] + counts[RiskLevel.ERROR],
            green_region=[
                pb.AxisExtent(field=key, min=low, max=high) for key, (low, high) in result.green_region.items()
            ],
            green_share=rounded(result.green_share),
            fastest_green=_write_point(result.fastest_green, profiles),
            nearest=_write_point(result.nearest, profiles),
            compute_ms=compute_ms,
        )
    )


def _write_point(point: Point | None, profiles: Sequence[Profile]) -> pb.SweepPoint | None:
    if point is None:
        return None
    return pb.SweepPoint(
        index=point.index,
        values=list(_write_values(point)),
        risk=LEVELS[point.risk],
        score=rounded(point.score),
        binding_category=CATEGORIES[profiles[point.binding].category],
        cut_time_s=rounded(point.cut_time_s),
    )


def _write_values(point: Point) -> Iterator[pb.AxisValue]:
    for key, value in point.values.items():
        if isinstance(value, str):
            yield pb.AxisValue(field=key, text=value)
        else:
            yield pb.AxisValue(field=key, number=value)
