"""Members of parsed JSON by name and kind: what is absent, or of another kind, is the empty value of the kind."""

from collections.abc import Mapping

from foundation.canonical_json import JsonMapping, JsonValue


def text(of: JsonMapping, name: str) -> str:
    """
    >>> text({"a": "x", "b": 1}, "a"), text({"a": "x", "b": 1}, "b")
    ('x', '')
    """
    value = of.get(name)
    return value if isinstance(value, str) else ""


def number(of: JsonMapping, name: str) -> float | None:
    """
    >>> number({"a": 1, "b": True}, "a"), number({"a": 1, "b": True}, "b")
    (1, None)
    """
    value = of.get(name)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def child(of: JsonMapping, name: str) -> JsonMapping:
    """
    >>> child({"a": {"b": 1}}, "a"), child({"a": None}, "a")
    ({'b': 1}, {})
    """
    return as_object(of.get(name))


def as_object(value: JsonValue) -> JsonMapping:
    return value if isinstance(value, Mapping) else {}


def children(of: JsonMapping, name: str) -> list[JsonMapping]:
    """The objects in a list.

    >>> children({"a": [{}, 1]}, "a")
    [{}]
    """
    return [item for item in _items(of.get(name)) if isinstance(item, Mapping)]


def texts(of: JsonMapping, name: str) -> list[str]:
    """The texts in a list.

    >>> texts({"a": ["x", 1]}, "a")
    ['x']
    """
    return [item for item in _items(of.get(name)) if isinstance(item, str)]


def _items(value: JsonValue) -> list[JsonValue]:
    return list(value) if isinstance(value, list | tuple) else []
