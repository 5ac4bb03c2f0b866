"""Envelopes on the wire: what a caller may give, and what a run holds."""

from collections.abc import Iterator, Mapping
from typing import Any

from foundation.canonical_json import JsonObject
from foundation.errors import InvalidFieldsError, Violation
from rmos.type.v1 import program_audit_pb2 as audit_pb
from rpckit import proto_json

_RANGES = (
    ("_mm_per_min", 1e-2, 100_000),
    ("_rpm", 1, 200_000),
    ("_mm_per_s2", 1e-6, 100_000),
    ("max_stepdown_mm", 1e-3, 10_000),
    ("max_depth_mm", 1e-3, 10_000),
    ("max_overrun_mm", 0, 10_000),
    ("diameter_mm", 1e-3, 1_000),
    ("junction_deviation_mm", 1e-6, 10),
    ("safe_z_mm", -100_000, 100_000),
    ("min_mm", -100_000, 100_000),
    ("max_mm", -100_000, 100_000),
    ("tool_change_s", 0, 86_400),
    ("number", 0, 99_999_999),
)
"""The numbers of an envelope by the ends of their names, each with what is allowed."""
_MOST = {"clamps": 64, "tools": 256, "switched_off": 64}
_LONGEST_CODE = 64


def read_envelope(message: audit_pb.ProgramEnvelope, path: str) -> JsonObject:
    """What a caller gave; empty where it gave nothing.

    Raises:
        InvalidFieldsError: A field is out of range or unknown, or the ends of a span are not in order.
    """
    value = proto_json.read(message, path)
    wrong = list(_violations(value, path))
    if wrong:
        raise InvalidFieldsError(wrong)
    return value


def _violations(value: Mapping[str, Any], path: str) -> Iterator[Violation]:
    for name, item in value.items():
        here = f"{path}.{name}"
        if isinstance(item, dict):
            yield from _violations(item, here)
        elif isinstance(item, list):
            yield from _violations_of_list(name, item, here)
        elif not isinstance(item, str):
            yield from _out_of_range(name, item, here)
    for low, high in (("min_mm", "max_mm"), ("min_spindle_speed_rpm", "max_spindle_speed_rpm")):
        if low in value and high in value and value[low] > value[high]:
            yield Violation(f"{path}.{high}", f"{value[high]:g} is below {low}, {value[low]:g}")


def _violations_of_list(name: str, items: list[Any], path: str) -> Iterator[Violation]:
    if len(items) > _MOST[name]:
        yield Violation(path, f"{len(items)} entries; allowed: at most {_MOST[name]}")
    for place, item in enumerate(items):
        if isinstance(item, dict):
            yield from _violations(item, f"{path}[{place}]")
        elif len(item) > _LONGEST_CODE:
            yield Violation(f"{path}[{place}]", f"is longer than {_LONGEST_CODE} characters")


def _out_of_range(name: str, number: float, path: str) -> Iterator[Violation]:
    low, high = next((low, high) for end, low, high in _RANGES if name.endswith(end))
    if not low <= number <= high:
        yield Violation(path, f"{number:g} is not allowed: {low:g} to {high:g}")
