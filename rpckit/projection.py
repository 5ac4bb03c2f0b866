"""Between protobuf messages and plain JSON values: the one converter of both servers.

Rules of the projection: field names in snake case; enum values by their short name ("GREEN"); times in RFC 3339 UTC;
bytes in lower-case hex; a field with presence that is absent, an empty text, list or message and an unspecified enum
are left out; numbers and booleans without presence always appear.

`google.protobuf.json_format` follows other rules and costs five times as much.
"""

import datetime
import math
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeVar

from google.protobuf import struct_pb2, timestamp_pb2
from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.unknown_fields import UnknownFieldSet

from rpckit.canonical_json import LARGEST_EXACT_INTEGER, JsonObject, JsonValue
from rpckit.failure import InvalidFieldsError, JsonOutOfDomainError, Violation
from rpckit.timestamps import read_time, write_time

M = TypeVar("M", bound=Message)
_Reader = Callable[[Any, str], Any]
_Writer = Callable[[Any], Any]

DEEPEST_JSON = 16
LARGEST_JSON_BYTES = 256 * 1024
LONGEST_KEY = 128


def read(message: Message, path: str = "") -> JsonObject:
    """The JSON object of a message.

    Args:
        message: Any message of the contract.
        path: Field path of the message itself, for error reports.

    Raises:
        InvalidFieldsError: The message holds fields this server does not know, or enum values it does not know.
        JsonOutOfDomainError: An open field is outside its domain.
    """
    return _message_reader(message.DESCRIPTOR)(message, path)


def write(kind: type[M], value: Mapping[str, Any]) -> M:
    """The message of a JSON object that `read` produced."""
    message = kind()
    _message_writer(message.DESCRIPTOR)(message, value)
    return message


def refuse_unknown_fields(message: Message) -> None:
    """Refuse fields of the message itself that this server does not know.

    Raises:
        InvalidFieldsError: Names each by its number.
    """
    if len(UnknownFieldSet(message)):
        raise _unknown_fields(message, "")


# --- reading


@cache
def _message_reader(descriptor: Descriptor) -> Callable[[Message, str], JsonObject]:
    always = tuple(
        (field.name, field.default_value)
        for field in descriptor.fields
        if not field.has_presence and not field.is_repeated and field.cpp_type not in _OMITTED_WHEN_EMPTY
    )
    readers: dict[str, _Reader] = {}

    def read_message(message: Message, path: str) -> JsonObject:
        if len(UnknownFieldSet(message)):
            raise _unknown_fields(message, path)
        value: JsonObject = dict(always)
        for field, content in message.ListFields():
            name = field.name
            reader = readers.get(name)
            if reader is None:
                reader = readers[name] = _field_reader(field)
            value[name] = reader(content, f"{path}.{name}" if path else name)
        return value

    return read_message


def _field_reader(field: FieldDescriptor) -> _Reader:
    single = _single_reader(field)
    if not field.is_repeated:
        return single
    return lambda items, path: [single(item, f"{path}[{index}]") for index, item in enumerate(items)]


def _single_reader(field: FieldDescriptor) -> _Reader:
    if field.enum_type is not None:
        return _enum_reader(field.enum_type)
    if field.message_type is not None:
        special = _SPECIAL_READERS.get(field.message_type.full_name)
        return special or _message_reader(field.message_type)
    if field.type == FieldDescriptor.TYPE_BYTES:
        return lambda content, _: content.hex()
    if field.cpp_type in _FLOATS:
        return _read_float
    return lambda content, _: content


def _read_float(number: float, path: str) -> float:
    if not math.isfinite(number):
        raise InvalidFieldsError.one(path, f"{number} is not a finite number")
    return number


def _enum_reader(enum: EnumDescriptor) -> _Reader:
    names = {number: short for short, number in _short_names(enum).items()}

    def read_enum(number: int, path: str) -> str:
        if number not in names:
            allowed = ", ".join(short for short in _short_names(enum) if short != "UNSPECIFIED")
            raise InvalidFieldsError.one(path, f"{number} is not a {enum.name}; allowed: {allowed}")
        return names[number]

    return read_enum


def _short_names(enum: EnumDescriptor) -> dict[str, int]:
    prefix = enum.values[0].name.removesuffix("UNSPECIFIED")
    return {value.name.removeprefix(prefix): value.number for value in enum.values}


def _unknown_fields(message: Message, path: str) -> InvalidFieldsError:
    unknown = UnknownFieldSet(message)
    numbers = sorted({unknown[index].field_number for index in range(len(unknown))})
    return InvalidFieldsError(
        Violation(
            f"{path}.{number}" if path else str(number),
            f"{message.DESCRIPTOR.name} has no field {number} that this server knows",
        )
        for number in numbers
    )


def _read_time(moment: timestamp_pb2.Timestamp, _: str) -> str:
    return write_time(moment.ToDatetime(tzinfo=datetime.UTC))


def read_struct(struct: struct_pb2.Struct, path: str) -> JsonObject:
    """The JSON object of an open field.

    Raises:
        JsonOutOfDomainError: Deeper than 16, larger than 256 KiB, a key outside 1 to 128 characters, a number that is
            not finite or an integer beyond 2^53-1.
    """
    if struct.ByteSize() > LARGEST_JSON_BYTES:
        raise JsonOutOfDomainError([Violation(path, f"is larger than {LARGEST_JSON_BYTES} bytes")])
    return _read_open_object(struct, path, DEEPEST_JSON)


def read_value(value: struct_pb2.Value, path: str) -> JsonValue:
    """The JSON value of an open field that need not be an object; limits as `read_struct`."""
    if value.ByteSize() > LARGEST_JSON_BYTES:
        raise JsonOutOfDomainError([Violation(path, f"is larger than {LARGEST_JSON_BYTES} bytes")])
    return _read_open(value, path, DEEPEST_JSON)


def _read_open_object(struct: struct_pb2.Struct, path: str, depth: int) -> JsonObject:
    if depth == 0:
        raise JsonOutOfDomainError([Violation(path, f"is nested deeper than {DEEPEST_JSON}")])
    value: JsonObject = {}
    for key, item in struct.fields.items():
        if not 1 <= len(key) <= LONGEST_KEY:
            raise JsonOutOfDomainError([Violation(path, f"key of {len(key)} characters; allowed: 1 to {LONGEST_KEY}")])
        value[key] = _read_open(item, f"{path}.{key}", depth - 1)
    return value


def _read_open(value: struct_pb2.Value, path: str, depth: int) -> JsonValue:
    match value.WhichOneof("kind"):
        case "string_value":
            return value.string_value
        case "bool_value":
            return value.bool_value
        case "number_value":
            return _read_open_number(value.number_value, path)
        case "struct_value":
            return _read_open_object(value.struct_value, path, depth)
        case "list_value":
            if depth == 0:
                raise JsonOutOfDomainError([Violation(path, f"is nested deeper than {DEEPEST_JSON}")])
            items = value.list_value.values
            return [_read_open(item, f"{path}[{index}]", depth - 1) for index, item in enumerate(items)]
        case _:
            return None


def _read_open_number(number: float, path: str) -> JsonValue:
    if not math.isfinite(number):
        raise JsonOutOfDomainError([Violation(path, f"{number} is not a finite number")])
    if not number.is_integer():
        return number
    if abs(number) > LARGEST_EXACT_INTEGER:
        raise JsonOutOfDomainError([Violation(path, f"{number:.0f} is beyond 2^53-1 and cannot be kept exactly")])
    return int(number)


# --- writing


@cache
def _message_writer(descriptor: Descriptor) -> Callable[[Message, Mapping[str, Any]], None]:
    writers = {field.name: _field_writer(field) for field in descriptor.fields}

    def write_message(message: Message, value: Mapping[str, Any]) -> None:
        for name, content in value.items():
            writers[name](message, content)

    return write_message


def _field_writer(field: FieldDescriptor) -> Callable[[Message, Any], None]:
    name = field.name
    if field.message_type is not None:
        fill = _filler(field.message_type)
        if field.is_repeated:

            def write_messages(message: Message, items: Any) -> None:
                target = getattr(message, name)
                for item in items:
                    fill(target.add(), item)

            return write_messages

        def write_message(message: Message, content: Any) -> None:
            target = getattr(message, name)
            target.SetInParent()
            fill(target, content)

        return write_message
    convert = _scalar_writer(field)
    if field.is_repeated:
        return lambda message, items: getattr(message, name).extend([convert(item) for item in items])
    return lambda message, content: setattr(message, name, convert(content))


def _filler(descriptor: Descriptor) -> Callable[[Any, Any], None]:
    return _SPECIAL_WRITERS.get(descriptor.full_name) or _message_writer(descriptor)


def _scalar_writer(field: FieldDescriptor) -> _Writer:
    if field.enum_type is not None:
        return _short_names(field.enum_type).__getitem__
    if field.type == FieldDescriptor.TYPE_BYTES:
        return bytes.fromhex
    return lambda content: content


def _write_time(target: timestamp_pb2.Timestamp, text: str) -> None:
    target.FromDatetime(read_time(text))


def write_struct(target: struct_pb2.Struct, value: Mapping[str, Any]) -> None:
    target.update(value)


def _write_value(target: struct_pb2.Value, value: Any) -> None:
    holder = struct_pb2.ListValue()
    holder.append(value)
    target.CopyFrom(holder.values[0])


_FLOATS = {FieldDescriptor.CPPTYPE_DOUBLE, FieldDescriptor.CPPTYPE_FLOAT}
_OMITTED_WHEN_EMPTY = {
    FieldDescriptor.CPPTYPE_STRING,
    FieldDescriptor.CPPTYPE_ENUM,
    FieldDescriptor.CPPTYPE_MESSAGE,
}
_SPECIAL_READERS: dict[str, _Reader] = {
    "google.protobuf.Struct": read_struct,
    "google.protobuf.Value": read_value,
    "google.protobuf.Timestamp": _read_time,
}
_SPECIAL_WRITERS: dict[str, Callable[[Any, Any], None]] = {
    "google.protobuf.Struct": write_struct,
    "google.protobuf.Value": _write_value,
    "google.protobuf.Timestamp": _write_time,
}
