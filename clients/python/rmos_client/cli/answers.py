"""Messages of the contract in a terminal: as fields, as a table, or as the contract's JSON."""

import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from google.protobuf import json_format
from google.protobuf.descriptor import EnumDescriptor, FieldDescriptor
from google.protobuf.message import Message

from rmos_client.cli.console import console
from rmos_client.cli.tables import Pairs, Rows
from rmos_client.units import is_length, length, said, unit

_UNIT = re.compile(r"_(mm_per_min|n_per_mm|n_per_mm2|mm|px|usd|ms|s|bytes|percent|rpm|w|n|deg|c)$")
_SENTENCES = frozenset({"finding", "sentence", "warnings", "remarks", "conflicts", "obstacles"})
"""Fields whose words come from a server."""


def print_message(message: Message, *, as_json: bool) -> None:
    """One message, with a line per field that is set."""
    if as_json:
        print_json(message)
        return
    console.print(Pairs(list(fields(message))), highlight=False)


def print_list(messages: Iterable[Message], columns: Sequence[str], *, name: str, as_json: bool) -> None:
    """Many messages of one kind, a line each, or blocks where the terminal is too narrow for lines.

    Args:
        messages: What to print.
        columns: Fields to show, as in the contract.
        name: What they are called in the JSON.
        as_json: Whether to print JSON.
    """
    if as_json:
        sys.stdout.write(json.dumps({name: [as_dict(item) for item in messages]}, indent=2) + "\n")
        return
    rows = [[_text_of(item, column) for column in columns] for item in messages]
    if not rows:
        console.print("none", highlight=False)
        return
    console.print(Rows([_title(column) for column in columns], rows), highlight=False)


def print_json(message: Message) -> None:
    """The contract's JSON, with the field names of the contract."""
    sys.stdout.write(json.dumps(as_dict(message), indent=2) + "\n")


def print_object(**values: object) -> None:
    """What a command did that no message of the contract holds."""
    sys.stdout.write(json.dumps(values, indent=2) + "\n")


def as_dict(message: Message) -> Mapping[str, object]:
    """The contract's JSON of a message. 64-bit numbers are strings, as the mapping demands."""
    return json_format.MessageToDict(message, preserving_proto_field_name=True)


def fields(message: Message, above: str = "") -> Iterator[tuple[str, str]]:
    """Each field that is set, with its place and unit, as a person reads it."""
    for field, value in message.ListFields():
        title = f"{above}{_title(field.name)}"
        if field.message_type is not None and not _is_simple(field):
            for place, item in enumerate(value if field.is_repeated else [value]):
                if {"name", "value"} <= set(item.DESCRIPTOR.fields_by_name):
                    yield f"{title}: {item.name.replace('_', ' ')}", f"{item.value} {getattr(item, 'unit', '')}".strip()
                    continue
                number = f" {place + 1}" if field.is_repeated else ""
                yield from fields(item, f"{title}{number}: ")
        else:
            yield title, _text(field, value)


def short_name(kind: EnumDescriptor, number: int) -> str:
    """An enum value without its prefix, in lower case: `ASSET_STATE_PENDING` is "pending"."""
    prefix = kind.values[0].name.removesuffix("UNSPECIFIED")
    known = kind.values_by_number.get(number)
    return str(number) if known is None else known.name.removeprefix(prefix).lower()


def _text_of(message: Message, path: str) -> str:
    for part in path.split(".")[:-1]:
        message = getattr(message, part)
    field: Any = message.DESCRIPTOR.fields_by_name[path.rsplit(".", maxsplit=1)[-1]]
    if field.has_presence and not message.HasField(field.name):
        return "-"
    return _text(field, getattr(message, field.name)) or "-"


def _text(field: FieldDescriptor, value: Any) -> str:
    if field.is_repeated:
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            return ", ".join(f"{key or 'none'} {count}" for key, count in sorted(value.items()))
        return ", ".join(_single(field, item) for item in value)
    return _single(field, value)


def _single(field: FieldDescriptor, value: Any) -> str:
    if field.message_type is not None:
        written = json_format.MessageToJson(value, indent=None)
        return str(json.loads(written)) if written.startswith('"') else written
    if field.enum_type is not None:
        return short_name(field.enum_type, value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    if isinstance(value, float):
        return length(value) if is_length(field.name) else f"{value:g}"
    return said(str(value)) if field.name in _SENTENCES else str(value)


def _is_simple(field: FieldDescriptor) -> bool:
    """Whether a message reads as one value: times, spans, open data, maps."""
    kind: Any = field.message_type
    is_map = kind.GetOptions().map_entry and kind.fields_by_name["value"].message_type is None
    return bool(is_map) or kind.full_name.startswith("google.protobuf.")


def _title(name: str) -> str:
    name = name.rsplit(".", maxsplit=1)[-1]
    suffix = _UNIT.search(name)
    if suffix is None:
        return name.replace("_", " ")
    return f"{name[: suffix.start()].replace('_', ' ')} [{unit(suffix[1].replace('_per_', '/'))}]"
