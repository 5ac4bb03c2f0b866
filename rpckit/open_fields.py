"""Open fields: JSON values of a caller's own, checked once, and what any number that is recorded must be like.

Paths are put together only when something is wrong: built along the way they would cost more than the values.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from google.protobuf import struct_pb2

from foundation import canonical_json
from foundation.canonical_json import LARGEST_EXACT_INTEGER, JsonMapping, JsonObject, JsonValue
from foundation.errors import InvalidFieldsError, JsonOutOfDomainError, Violation

DEEPEST_JSON = 16
LARGEST_JSON_BYTES = 256 * 1024
LONGEST_KEY = 128
_ALLOWED = "allowed: finite numbers below 2^53 in magnitude"


def read_number(number: float) -> float:
    """The number; a whole one as an integer, which JSON spells the same and canonical JSON writes faster.

    What is recorded must be read back as it was, so that it can be verified: JSON writes 1e16 as an integer, and an
    integer beyond 2^53-1 has no canonical form.

    Raises:
        InvalidFieldsError: It is not finite, or not below 2^53 in magnitude.
    """
    if not math.isfinite(number):
        raise InvalidFieldsError.one("", f"{number} is not a finite number; {_ALLOWED}")
    if abs(number) > LARGEST_EXACT_INTEGER:
        raise InvalidFieldsError.one("", f"{number!r} is beyond 2^53-1 and cannot be kept exactly; {_ALLOWED}")
    return canonical_json.number(number)


def read_struct(struct: struct_pb2.Struct, path: str = "") -> JsonObject:
    """The JSON object of an open field.

    Raises:
        JsonOutOfDomainError: Deeper than 16, larger than 256 KiB, a key outside 1 to 128 characters, a number that is
            not finite or not below 2^53 in magnitude.
    """
    _check_size(struct, path)
    try:
        return _read_object(struct, DEEPEST_JSON)
    except JsonOutOfDomainError as error:
        raise error.within(path) from error


def read_value(value: struct_pb2.Value, path: str = "") -> JsonValue:
    """The JSON value of an open field that need not be an object; limits as `read_struct`."""
    _check_size(value, path)
    try:
        return _read_open(value, DEEPEST_JSON)
    except JsonOutOfDomainError as error:
        raise error.within(path) from error


def read_object(value: JsonMapping, path: str = "") -> JsonObject:
    """The JSON object of an open field that came as JSON; limits as `read_struct`.

    Raises:
        JsonOutOfDomainError: As there.
    """
    try:
        checked: JsonObject = _check_open(value, DEEPEST_JSON)
    except JsonOutOfDomainError as error:
        raise error.within(path) from error
    return read_struct(write_struct(checked), path)


def _check_size(message: struct_pb2.Struct | struct_pb2.Value, path: str) -> None:
    if message.ByteSize() > LARGEST_JSON_BYTES:
        raise JsonOutOfDomainError([Violation(path, f"is larger than {LARGEST_JSON_BYTES} bytes")])


def _read_object(struct: struct_pb2.Struct, depth: int) -> JsonObject:
    _check_depth(depth)
    value: JsonObject = {}
    for key, item in struct.fields.items():
        _check_key(key)
        try:
            value[key] = _read_open(item, depth - 1)
        except JsonOutOfDomainError as error:
            raise error.within(key) from error
    return value


def _read_open(value: struct_pb2.Value, depth: int) -> JsonValue:
    match value.WhichOneof("kind"):
        case "string_value":
            return value.string_value
        case "bool_value":
            return value.bool_value
        case "number_value":
            return _read_open_number(value.number_value)
        case "struct_value":
            return _read_object(value.struct_value, depth)
        case "list_value":
            return _read_items(value.list_value.values, depth, _read_open)
        case _:
            return None


def _read_items(items: Iterable[Any], depth: int, read_item: Callable[[Any, int], Any]) -> JsonValue:
    _check_depth(depth)
    values: list[JsonValue] = []
    for index, item in enumerate(items):
        try:
            values.append(read_item(item, depth - 1))
        except JsonOutOfDomainError as error:
            raise error.within(f"[{index}]") from error
    return values


def _check_open(value: Any, depth: int) -> Any:
    """The same of a value that is JSON already."""
    if isinstance(value, Mapping):
        _check_depth(depth)
        for key, item in value.items():
            _check_key(key)
            try:
                _check_open(item, depth - 1)
            except JsonOutOfDomainError as error:
                raise error.within(key) from error
    elif isinstance(value, list):
        _read_items(value, depth, _check_open)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        _read_open_number(value)
    return value


def _check_depth(depth: int) -> None:
    if depth == 0:
        raise JsonOutOfDomainError([Violation("", f"is nested deeper than {DEEPEST_JSON}")])


def _check_key(key: str) -> None:
    if not 1 <= len(key) <= LONGEST_KEY:
        raise JsonOutOfDomainError([Violation("", f"key of {len(key)} characters; allowed: 1 to {LONGEST_KEY}")])


def _read_open_number(number: float) -> JsonValue:
    try:
        return read_number(number)
    except InvalidFieldsError as error:
        raise JsonOutOfDomainError(error.violations) from error


def write_struct(value: JsonMapping) -> struct_pb2.Struct:
    """The message of an open field."""
    struct = struct_pb2.Struct()
    struct.update(value)
    return struct


def write_value(value: Any) -> struct_pb2.Value:
    """The message of an open field that need not be an object."""
    holder = struct_pb2.ListValue()
    holder.append(value)
    return holder.values[0]
