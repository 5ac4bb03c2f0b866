"""What was approved as limits of programs: what was evaluated, with what the caller gave; the tighter limit counts.

The values are JSON objects of `rmos.type.v1.ProgramEnvelope`: numbers with the unit in their names.
"""

from typing import Any

from foundation.canonical_json import JsonMapping, JsonObject

_UPPER, _LOWER = "max_", "min_"
_NO_LIMITS = frozenset({"max_overrun_mm"})
"""What begins like a limit and states a fact of the setup."""
_GROUPS = ("stock", "machine")
"""Parts that are merged field by field; every other part is the caller's where the caller gave it."""


def approved_envelope(evaluated: JsonMapping, given: JsonMapping) -> JsonObject:
    """The envelope of a run; empty where nothing was evaluated: what nobody approved is no limit.

    >>> approved_envelope({"max_depth_mm": 3.0, "machine": {}}, {"max_depth_mm": 5.0, "safe_z_mm": 5.0})
    {'max_depth_mm': 3.0, 'machine': {}, 'safe_z_mm': 5.0}
    """
    return _merged(evaluated, given) if evaluated else {}


def _merged(evaluated: JsonMapping, given: JsonMapping) -> JsonObject:
    merged = dict(evaluated)
    for name, value in given.items():
        known = merged.get(name)
        merged[name] = value if known is None else _of_both(name, known, value)
    return merged


def _of_both(name: str, evaluated: Any, given: Any) -> Any:
    if name in _GROUPS:
        return _merged(evaluated, given)
    if name.startswith(_UPPER) and name not in _NO_LIMITS:
        return min(evaluated, given)
    return max(evaluated, given) if name.startswith(_LOWER) else given
