"""What the contract calls REQUIRED, and texts that are there and show nothing."""

from collections.abc import Iterator

from google.api import field_behavior_pb2
from google.protobuf.descriptor import Descriptor, FieldDescriptor

BLANKS = ("\u200b" * 12, " \u3164\t\u2800" * 3)
"""Zero width; blanks, fillers that count as letters, tabs, blanks of Braille. As long as a reason has to be."""


def required(descriptor: Descriptor, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Paths of the REQUIRED fields of a message and of the messages below it."""
    if len(path) > 5 or descriptor.full_name.startswith("google."):
        return
    for field in descriptor.fields:
        here = (*path, field.name)
        if field_behavior_pb2.REQUIRED in field.GetOptions().Extensions[field_behavior_pb2.field_behavior]:
            yield here
        if field.message_type is not None:
            yield from required(field.message_type, here)


def texts_of(descriptor: Descriptor, path: tuple[str, ...]) -> list[FieldDescriptor]:
    """Fields of the message at a path that are texts."""
    for name in path:
        below = descriptor.fields_by_name[name].message_type
        assert below is not None
        descriptor = below
    return [field for field in descriptor.fields if field.type == FieldDescriptor.TYPE_STRING]
