"""Messages of the contract as people write them: snake_case fields, short enum values, numbers as numbers."""

import difflib
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from google.protobuf import json_format
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from rmos_client.lengths import millimetres

Written = TypeVar("Written", bound=Message)
_NUMBERS = frozenset({"double", "float", "int32", "int64", "uint32", "uint64"})
_NAMES = {
    FieldDescriptor.TYPE_DOUBLE: "double",
    FieldDescriptor.TYPE_FLOAT: "float",
    FieldDescriptor.TYPE_INT32: "int32",
    FieldDescriptor.TYPE_INT64: "int64",
    FieldDescriptor.TYPE_UINT32: "uint32",
    FieldDescriptor.TYPE_UINT64: "uint64",
    FieldDescriptor.TYPE_BOOL: "bool",
    FieldDescriptor.TYPE_STRING: "string",
}


class UnfitError(Exception):
    """What was written does not fit the contract; `faults` names every place, and what is allowed there."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


def fill(message: Written, value: Mapping[str, object], *, path: str) -> Written:
    """The message, filled with what was written.

    Args:
        message: An empty message.
        value: What was written: `direction: CLIMB` or `direction: climb` for `CUT_DIRECTION_CLIMB`, `3 5/8 in` for a
            field in mm.
        path: What its fields are called by, for example "context".

    Raises:
        UnfitError: A field does not exist, or a value is of another kind.
    """
    kind: Any = message.DESCRIPTOR
    value = _in_millimetres(value, kind)
    if faults := list(_faults(value, kind, path)):
        raise UnfitError(faults)
    try:
        return json_format.ParseDict(_long_enums(value, kind), message)
    except json_format.ParseError as error:
        raise UnfitError([f"{path}: {error}"]) from error


def _faults(value: Any, kind: Descriptor, path: str) -> Iterator[str]:
    if kind.full_name.startswith("google.protobuf."):
        return  # open data
    if not isinstance(value, dict):
        yield f"{path}: expected fields and values, found {value!r}"
        return
    for name, item in value.items():
        field = kind.fields_by_name.get(name)
        if field is None:
            near = difflib.get_close_matches(str(name), kind.fields_by_name, n=3)
            hint = f"did you mean {' or '.join(near)}?" if near else f"allowed: {', '.join(kind.fields_by_name)}"
            yield f"{path}.{name}: there is no such field; {hint}"
        elif field.is_repeated and field.message_type is not None and field.message_type.GetOptions().map_entry:
            continue
        elif field.is_repeated:
            yield from _list_faults(item, field, f"{path}.{name}")
        else:
            yield from _value_faults(item, field, f"{path}.{name}")


def _units(field: FieldDescriptor) -> str:
    if field.name.endswith("_mm"):
        return "; write 3.2, or 1/8 in"
    if field.name.endswith("_mm_per_min"):
        return "; write 1500, or 60 in/min"
    return "; write it with a decimal point and without a unit"


def _list_faults(value: Any, field: FieldDescriptor, path: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"{path}: expected a list, found {value!r}"
        return
    for place, item in enumerate(value):
        yield from _value_faults(item, field, f"{path}[{place}]")


def _value_faults(value: Any, field: FieldDescriptor, path: str) -> Iterator[str]:
    if value is None:
        return
    if field.message_type is not None:
        yield from _faults(value, field.message_type, path)
        return
    if field.enum_type is not None:
        if not isinstance(value, str) or _long_name(value, field) not in field.enum_type.values_by_name:
            yield f"{path}: {value!r}; allowed: {', '.join(_short_names(field))}"
        return
    wanted = _NAMES.get(field.type, "")
    if wanted in _NUMBERS and (isinstance(value, bool) or not isinstance(value, int | float)):
        yield f"{path}: {value!r} is no number{_units(field)}"
    elif wanted == "bool" and not isinstance(value, bool):
        yield f"{path}: {value!r}; allowed: true, false"
    elif wanted == "string" and not isinstance(value, str):
        yield f'{path}: {value!r} is no text; write "{value}"'


def _in_millimetres(value: Any, kind: Descriptor) -> Any:
    """The value with each length and feed that names its unit in mm and mm/min."""
    if not isinstance(value, dict):
        return value
    return {
        key: _length(item, field) if (field := kind.fields_by_name.get(key)) else item for key, item in value.items()
    }


def _length(value: Any, field: FieldDescriptor) -> Any:
    if isinstance(value, list):
        return [_length(item, field) for item in value]
    if field.message_type is not None:
        return _in_millimetres(value, field.message_type)
    if isinstance(value, str) and field.name.endswith(("_mm", "_mm_per_min")):
        length = millimetres(value, per_minute=field.name.endswith("_per_min"))
        return value if length is None else length
    return value


def _long_enums(value: Any, kind: Descriptor) -> Any:
    """The value with short enum names in the contract's long form."""
    if not isinstance(value, dict):
        return value
    return {
        key: _long_enum(item, field) if (field := kind.fields_by_name.get(key)) else item for key, item in value.items()
    }


def _long_enum(value: Any, field: FieldDescriptor) -> Any:
    if isinstance(value, list):
        return [_long_enum(item, field) for item in value]
    if field.message_type is not None:
        return _long_enums(value, field.message_type)
    return _long_name(value, field) if field.enum_type is not None and isinstance(value, str) else value


def _long_name(value: str, field: FieldDescriptor) -> str:
    prefix = _prefix(field)
    return value if value.startswith(prefix) else prefix + value.upper()


def _short_names(field: FieldDescriptor) -> list[str]:
    kind: Any = field.enum_type
    return [value.name.removeprefix(_prefix(field)) for value in kind.values[1:]]


def _prefix(field: FieldDescriptor) -> str:
    kind: Any = field.enum_type
    return str(kind.values[0].name).removesuffix("UNSPECIFIED")
