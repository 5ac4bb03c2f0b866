"""Keys that stand more than once in an object of a v1 record: each is reported, and the worse level counts."""

from collections.abc import Mapping, Sequence
from typing import Any

from foundation.canonical_json import JsonObject
from runs_svc.domain.legacy.values import LEVEL_KEYS, worst_level
from runs_svc.domain.runs.gate import RunStatus

_WORST_STATUS_FIRST = (RunStatus.ERROR, RunStatus.BLOCKED, RunStatus.OK)


class RepeatedKeys(JsonObject):
    """An object some of whose keys stand in it more than once; as a mapping the last value of each holds."""

    def __init__(self, pairs: Sequence[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        given: dict[str, list[Any]] = {}
        for key, value in pairs:
            given.setdefault(key, []).append(value)
        self.values_of = {key: values for key, values in given.items() if len(values) > 1}
        """Every value of each key that stands there more than once, in their order."""


def settle(value: Any, lines: list[str], path: str = "") -> Any:
    """The value with one value for each key, and a line for each key that had more."""
    if isinstance(value, list):
        return [settle(item, lines, f"{path}[{place}]") for place, item in enumerate(value)]
    if not isinstance(value, Mapping):
        return value
    repeated = value.values_of if isinstance(value, RepeatedKeys) else {}
    settled: JsonObject = {}
    for key, item in value.items():
        where = f"{path}.{key}" if path else str(key)
        if key in repeated:
            kept = _one_of(str(key), [settle(one, lines, where) for one in repeated[key]])
            lines.append(f"{where}: stands there {len(repeated[key])} times; {_shown(kept)} counts")
        else:
            kept = settle(item, lines, where)
        settled[key] = kept
    return settled


def _one_of(key: str, given: Sequence[Any]) -> Any:
    """The last value, but for what a verdict is read from: there the worst."""
    objects = [item for item in given if isinstance(item, Mapping)]
    if objects:
        names = dict.fromkeys(name for item in objects for name in item)
        return {name: _one_of(name, [item[name] for item in objects if name in item]) for name in names}
    if key in LEVEL_KEYS:
        return worst_level(given)
    if key == "status":
        said = [str(item).upper() for item in given]
        return next((status.value for status in _WORST_STATUS_FIRST if status in said), given[-1])
    return given[-1]


def _shown(kept: Any) -> str:
    if isinstance(kept, Mapping | list):
        return "what stands last"
    text = str(kept)
    return repr(text if len(text) <= 60 else f"{text[:60]}…")
