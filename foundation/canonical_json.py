"""Canonical JSON (RFC 8785): the one byte form of a JSON value that is hashed, stored and served.

The library `rfc8785` is the rule. `orjson` is ten to forty times faster and writes the same bytes for keys whose order
does not depend on the encoding and for numbers of ordinary size; everything else is handed to the library. A property
test compares both. Whatever the value, the time grows with its length and no faster.
"""

import hashlib
import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import TypeAlias, Union

import orjson
import rfc8785

JsonValue: TypeAlias = Union[bool, int, float, str, Sequence["JsonValue"], Mapping[str, "JsonValue"], None]  # noqa: UP007
JsonObject: TypeAlias = dict[str, "JsonValue"]
JsonMapping: TypeAlias = Mapping[str, "JsonValue"]
"""An object that is only read."""

LARGEST_EXACT_INTEGER = 2**53 - 1  # RFC 7493 section 2.2
_OPTIONS = (
    orjson.OPT_SORT_KEYS
    | orjson.OPT_STRICT_INTEGER
    | orjson.OPT_PASSTHROUGH_DATACLASS
    | orjson.OPT_PASSTHROUGH_DATETIME
    | orjson.OPT_PASSTHROUGH_SUBCLASS
)
_PLAIN_FLOAT_MIN, _PLAIN_FLOAT_MAX = 1e-3, 1e15  # both writers use plain decimals between these
_NUMBER_SO_FAR = re.compile(rb"(?:[:,\[]|\A)-?[0-9.]+\Z")
_WITH_EXPONENT = {sign: re.compile(rb"(?:[:,\[]|\A)-?[0-9.]{1,24}+" + re.escape(sign)) for sign in (b"e-", b"e+")}
_LONGEST_MANTISSA, _MOST_LOOKS = 24, 100
# Each begins with a rare character, for which the memory is searched several times faster than for `b"e-" in data`.
_WHOLE_FLOAT, _MINUS, _PLUS = re.compile(rb"\.0(?:[,}\]]|\Z)"), re.compile(rb"-(?<=e-)"), re.compile(rb"\+(?<=e\+)")
_HIGH, _ASTRAL = tuple(bytes((lead,)) for lead in (0xEE, 0xEF)), tuple(bytes((lead,)) for lead in range(0xF0, 0xF5))
"""First bytes in UTF-8 of U+E000 to U+FFFF, and of what lies beyond: only these are ordered otherwise in UTF-16."""
_LONG_INTEGER = re.compile(rb"[:,\[]-?[0-9]{16,20}(?=[,}\]])")


class NotCanonicalError(ValueError):
    """The value has no canonical form: NaN, an infinity, an integer beyond 2^53-1, a lone surrogate, a foreign type."""


class _UnusualKeyError(Exception):
    """A key outside ASCII: RFC 8785 sorts by UTF-16 code units, orjson by code points."""


def dumps(value: JsonValue) -> bytes:
    """Canonical bytes of a JSON value.

    Raises:
        NotCanonicalError: The value has no canonical form.

    >>> dumps({"b": 1.0, "a": [True, None, "é"]})
    b'{"a":[true,null,"\\xc3\\xa9"],"b":1}'
    """
    try:
        data = orjson.dumps(value, option=_OPTIONS)
        if not _is_suspect(data):
            return data
        return orjson.dumps(_prepare(value), option=orjson.OPT_SORT_KEYS)
    except _UnusualKeyError:
        return _dumps_by_the_rule(value)
    except (TypeError, rfc8785.CanonicalizationError) as error:
        raise NotCanonicalError(str(error)) from error


def _is_suspect(data: bytes) -> bool:
    """True when the fast writer may have spelled something otherwise: NaN as null, 1.0, exponents, unusual keys."""
    return (
        b"null" in data
        or _WHOLE_FLOAT.search(data) is not None
        or (_MINUS.search(data) is not None and _holds_exponent(data, b"e-"))
        or (_PLUS.search(data) is not None and _holds_exponent(data, b"e+"))
        or (not data.isascii() and _may_be_ordered_otherwise(data))
    )


def _may_be_ordered_otherwise(data: bytes) -> bool:
    """Whether characters that UTF-16 orders otherwise than code points stand anywhere, be it in a key or in a text."""
    return any(lead in data for lead in _ASTRAL) and any(lead in data for lead in _HIGH)


def _holds_exponent(data: bytes, sign: bytes) -> bool:
    """Whether a number has an exponent with this sign; most of what looks like one stands in a text, as in UUIDs.

    >>> _holds_exponent(b'{"a":-1.5e-7}', b"e-"), _holds_exponent(b'{"a":"9b5e-0123"}', b"e-")
    (True, False)
    """
    at = -1
    for _ in range(_MOST_LOOKS):
        at = data.find(sign, at + 1)
        if at < 0:
            return False
        if _NUMBER_SO_FAR.search(data[max(at - _LONGEST_MANTISSA, 0) : at]):
            return True
    return _WITH_EXPONENT[sign].search(data, max(at - _LONGEST_MANTISSA, 0)) is not None  # a text full of them


def holds_inexact(data: bytes, value: JsonValue) -> bool:
    """Whether a parsed document holds an integer beyond 2^53-1, which has no canonical form any more.

    Doubles of 2^53 and more are written as integers, and read back as such.

    >>> holds_inexact(b'{"a":10000000000000000}', {"a": 10**16}), holds_inexact(b'{"a":1}', {"a": 1})
    (True, False)
    """
    return _LONG_INTEGER.search(data) is not None and _is_inexact(value)


def _is_inexact(value: JsonValue) -> bool:
    if isinstance(value, Mapping):
        return any(_is_inexact(item) for item in value.values())
    if isinstance(value, list | tuple):
        return any(_is_inexact(item) for item in value)
    return isinstance(value, int) and abs(value) > LARGEST_EXACT_INTEGER


def with_doubles(value: JsonValue) -> JsonValue:
    """The value with integers beyond 2^53-1 as the doubles they were recorded from.

    >>> with_doubles([1, 10**16])
    [1, 1e+16]
    """
    if isinstance(value, Mapping):
        return {name: with_doubles(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [with_doubles(item) for item in value]
    return float(value) if isinstance(value, int) and abs(value) > LARGEST_EXACT_INTEGER else value


def number(value: float) -> float:
    """A number as JSON spells it: a whole one as an integer.

    >>> number(2.0), number(0.5), number(1e300)
    (2, 0.5, 1e+300)
    """
    whole = int(value)
    return whole if whole == value and -LARGEST_EXACT_INTEGER <= whole <= LARGEST_EXACT_INTEGER else value


def assemble(members: JsonObject, written: Mapping[str, bytes]) -> bytes:
    """Canonical bytes of an object, some of whose members are canonical bytes already; names are ASCII.

    Raises:
        NotCanonicalError: A member has no canonical form.

    >>> assemble({"a": True, "d": 2}, {"b": b"1", "c": b"[]"})
    b'{"a":true,"b":1,"c":[],"d":2}'
    """
    try:
        if not _is_suspect(orjson.dumps(members, option=_OPTIONS)):
            fragments = {name: orjson.Fragment(data) for name, data in written.items()}
            return orjson.dumps(members | fragments, option=_OPTIONS)
    except TypeError as error:
        raise NotCanonicalError(str(error)) from error
    return _assemble_in_pieces(members, written)


def _assemble_in_pieces(members: JsonObject, written: Mapping[str, bytes]) -> bytes:
    """The same where the fast writer may spell something otherwise."""
    names, pieces, first = sorted(members), [], 0
    for name in sorted(written):
        last = bisect_left(names, name)
        if last > first:
            pieces.append(dumps({other: members[other] for other in names[first:last]})[1:-1])
        pieces.append(b'"%b":%b' % (name.encode(), written[name]))
        first = last
    if first < len(names):
        pieces.append(dumps({other: members[other] for other in names[first:]})[1:-1])
    return b"{" + b",".join(pieces) + b"}"


def sha256_hex(data: bytes) -> str:
    """SHA-256 as lower-case hex."""
    return hashlib.sha256(data).hexdigest()


def _dumps_by_the_rule(value: JsonValue) -> bytes:
    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
        raise NotCanonicalError(str(error)) from error


def _prepare(value: object) -> object:
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return value
    if kind is float:
        return _prepare_float(value)  # type: ignore[arg-type]
    if kind is int:
        if abs(value) > LARGEST_EXACT_INTEGER:  # type: ignore[arg-type]
            raise NotCanonicalError(f"integer {value} is beyond 2^53-1")
        return value
    if isinstance(value, dict):
        if not all(type(key) is str and key.isascii() for key in value):
            raise _UnusualKeyError
        return {key: _prepare(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_prepare(item) for item in value]
    raise NotCanonicalError(f"{kind.__name__} is not JSON")


def _prepare_float(value: float) -> object:
    if value.is_integer() and abs(value) <= LARGEST_EXACT_INTEGER:
        return int(value)
    if _PLAIN_FLOAT_MIN <= abs(value) < _PLAIN_FLOAT_MAX:
        return value
    return orjson.Fragment(rfc8785.dumps(value))
