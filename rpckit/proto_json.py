"""Between protobuf messages and plain JSON values: the one converter of both servers.

Rules of the conversion: field names in snake case; enum values by their short name ("GREEN"); times in RFC 3339 UTC;
bytes in lower-case hex; a field with presence that is absent, an empty text, list or message and an unspecified enum
are left out; numbers and booleans without presence always appear.

`google.protobuf.json_format` follows other rules and costs five times as much.
"""

import datetime
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeVar

from google.protobuf import timestamp_pb2
from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.unknown_fields import UnknownFieldSet

from foundation.canonical_json import JsonMapping, JsonObject
from foundation.errors import InvalidFieldsError, Violation
from foundation.timestamps import read_time, write_time
from rpckit.open_fields import read_number, read_struct, read_value, write_struct, write_value

__all__ = ["read", "read_struct", "read_value", "refuse_unknown_fields", "write", "write_moment", "write_struct"]
M = TypeVar("M", bound=Message)
_Reader = Callable[[Any], Any]
_Writer = Callable[[Any], Any]


def read(message: Message, path: str = "") -> JsonObject:
    """The JSON object of a message.

    Args:
        message: Any message of the contract.
        path: Field path of the message itself, for error reports.

    Raises:
        InvalidFieldsError: The message holds fields or enum values this server does not know, or a number that is not
            finite or not below 2^53 in magnitude.
        JsonOutOfDomainError: An open field is outside its domain.
    """
    try:
        return _message_reader(message.DESCRIPTOR)(message)
    except InvalidFieldsError as error:
        raise error.within(path) from error


def write(kind: type[M], value: JsonMapping) -> M:
    """The message of a JSON object that `read` produced."""
    convert = _message_writer(kind.DESCRIPTOR)
    return kind(**(value if convert is None else convert(value)))


def refuse_unknown_fields(message: Message) -> None:
    """Refuse fields of the message itself that this server does not know.

    Raises:
        InvalidFieldsError: Names each by its number.
    """
    unknown = UnknownFieldSet(message)
    if len(unknown):
        raise _unknown_fields(message.DESCRIPTOR.name, unknown)


def _unknown_fields(name: str, unknown: UnknownFieldSet) -> InvalidFieldsError:
    numbers = sorted({unknown[index].field_number for index in range(len(unknown))})
    return InvalidFieldsError(
        Violation(str(number), f"{name} has no field {number} that this server knows") for number in numbers
    )


# --- reading: paths are put together only when something is wrong


@cache
def _message_reader(descriptor: Descriptor) -> Callable[[Message], JsonObject]:
    plan = [
        (field.name, field.has_presence, _is_omitted_when_empty(field), _field_reader(field))
        for field in descriptor.fields
    ]
    name_of_message = descriptor.name

    def read_message(message: Message) -> JsonObject:
        unknown = UnknownFieldSet(message)
        if len(unknown):
            raise _unknown_fields(name_of_message, unknown)
        value: JsonObject = {}
        has = message.HasField
        for name, has_presence, omitted_when_empty, reader in plan:
            if has_presence and not has(name):
                continue
            content = getattr(message, name)
            if omitted_when_empty and not content:
                continue
            if reader is None:
                value[name] = content
                continue
            try:
                value[name] = reader(content)
            except InvalidFieldsError as error:
                raise error.within(name) from error
        return value

    return read_message


def _is_omitted_when_empty(field: FieldDescriptor) -> bool:
    return not field.has_presence and (field.is_repeated or field.cpp_type in _OMITTED_WHEN_EMPTY)


def _field_reader(field: FieldDescriptor) -> _Reader | None:
    """How the content of a field is read; None for content that is JSON as it stands."""
    single = _single_reader(field)
    if not field.is_repeated:
        return single
    if single is None:
        return list

    def read_items(items: Any) -> list[Any]:
        values = []
        for index, item in enumerate(items):
            try:
                values.append(single(item))
            except InvalidFieldsError as error:
                raise error.within(f"[{index}]") from error
        return values

    return read_items


def _single_reader(field: FieldDescriptor) -> _Reader | None:
    if field.enum_type is not None:
        return _enum_reader(field.enum_type)
    if field.message_type is not None:
        return _SPECIAL_READERS.get(field.message_type.full_name) or _message_reader(field.message_type)
    if field.type == FieldDescriptor.TYPE_BYTES:
        return bytes.hex
    return read_number if field.cpp_type in _NUMBERS else None


def _enum_reader(enum: EnumDescriptor) -> _Reader:
    names = {number: short for short, number in _short_names(enum).items()}

    def read_enum(number: int) -> str:
        if number not in names:
            allowed = ", ".join(short for short in _short_names(enum) if short != "UNSPECIFIED")
            raise InvalidFieldsError.one("", f"{number} is not a {enum.name}; allowed: {allowed}")
        return names[number]

    return read_enum


def _short_names(enum: EnumDescriptor) -> dict[str, int]:
    prefix = enum.values[0].name.removesuffix("UNSPECIFIED")
    return {value.name.removeprefix(prefix): value.number for value in enum.values}


def _read_time(moment: timestamp_pb2.Timestamp) -> str:
    try:
        return write_time(moment.ToDatetime(tzinfo=datetime.UTC))
    except (ValueError, OverflowError) as error:
        raise InvalidFieldsError.one("", f"{moment.seconds} s {moment.nanos} ns is not a time") from error


# --- writing: messages are built from nested dictionaries in one go; only what JSON spells differently is converted


@cache
def _message_writer(descriptor: Descriptor) -> Callable[[JsonMapping], JsonMapping] | None:
    """How the object of a message becomes its constructor's arguments; None when it is that already."""
    writers = {field.name: writer for field in descriptor.fields if (writer := _field_writer(field)) is not None}
    if not writers:
        return None

    def write_message(value: JsonMapping) -> JsonMapping:
        return {name: writers[name](item) if name in writers else item for name, item in value.items()}

    return write_message


def _field_writer(field: FieldDescriptor) -> _Writer | None:
    single = _single_writer(field)
    if single is None or not field.is_repeated:
        return single
    return lambda items: [single(item) for item in items]


def _single_writer(field: FieldDescriptor) -> _Writer | None:
    if field.enum_type is not None:
        return _short_names(field.enum_type).__getitem__
    if field.message_type is not None:
        special = _SPECIAL_WRITERS.get(field.message_type.full_name)
        return special or _message_writer(field.message_type)
    return bytes.fromhex if field.type == FieldDescriptor.TYPE_BYTES else None


def write_moment(text: str) -> Mapping[str, int]:
    """The fields of a Timestamp message, from a text that `write_time` wrote."""
    moment = read_time(text)
    return {"seconds": int(moment.timestamp()), "nanos": moment.microsecond * 1_000}


_NUMBERS = {
    FieldDescriptor.CPPTYPE_DOUBLE,
    FieldDescriptor.CPPTYPE_FLOAT,
    FieldDescriptor.CPPTYPE_INT64,
    FieldDescriptor.CPPTYPE_UINT64,
}
"""Kinds of fields that can hold what JSON cannot carry exactly."""
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
_SPECIAL_WRITERS: dict[str, _Writer] = {
    "google.protobuf.Struct": write_struct,
    "google.protobuf.Value": write_value,
    "google.protobuf.Timestamp": write_moment,
}
