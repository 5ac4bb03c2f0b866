"""Answers that are bytes already.

Building a message from bytes only to write the same bytes again costs more than the call around it. In protobuf's wire
format messages in a row are one message, so that an answer can be put together from parts kept as bytes.
"""

from typing import TypeVar, cast

from google.protobuf.message import Message

M = TypeVar("M", bound=Message)
_LENGTH_DELIMITED = 2


def answer(kind: type[M], data: bytes) -> M:
    """Bytes of a message of a kind, which a handler may return in its place: the interceptor sends them as they stand.

    They are no message; nothing else may be done with them.
    """
    return cast("M", data)


def answer_with(kind: type[M], name: str, data: bytes, rest: M | None = None) -> M:
    """An answer of a kind whose field `name` is the message with these bytes, with the rest of its fields."""
    held = field(kind.DESCRIPTOR.fields_by_name[name].number, data)
    return answer(kind, held if rest is None else held + rest.SerializeToString())


def field(number: int, data: bytes) -> bytes:
    """The bytes of a field that holds a message.

    >>> field(1, b"abc")
    b'\\n\\x03abc'
    """
    return _varint(number << 3 | _LENGTH_DELIMITED) + _varint(len(data)) + data


def _varint(number: int) -> bytes:
    if number <= 0x7F:
        return bytes((number,))
    return bytes((number & 0x7F | 0x80,)) + _varint(number >> 7)
