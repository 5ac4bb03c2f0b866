"""YAML and JSON as people mean them: nothing in a file silently becomes something else.

YAML 1.1 reads `yes` as a truth value, `017` as fifteen and `17:50` as 1070, and of a key that stands twice the last one
wins. Here only `true`, `false` and decimal numbers are read as such, everything else is text, and no key stands twice.
"""

import json
import re
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

_INTEGER = re.compile(r"^[-+]?(?:0|[1-9][0-9]*)$")
_FLOAT = re.compile(r"^[-+]?(?:0|[1-9][0-9]*)?(?:\.[0-9]+|(?:\.[0-9]*)?[eE][-+]?[0-9]+|\.)$")


class UnreadableFileError(Exception):
    """A file cannot be read as YAML or JSON; the message says where."""


def load(file: Path, text: str) -> Any:
    """What a file says.

    Args:
        file: Its name tells whether it is JSON.
        text: Its text; a byte order mark is left out.

    Raises:
        UnreadableFileError: It is no YAML or JSON, a key stands twice, or it is nested too deep.
    """
    text = text.removeprefix("\ufeff")
    try:
        if file.suffix == ".json":
            return json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
        return yaml.load(text, Loader=_Loader)  # noqa: S506  # a SafeLoader
    except (ValueError, yaml.YAMLError) as error:
        raise UnreadableFileError(str(error)) from error
    except RecursionError as error:
        raise UnreadableFileError("nested too deep") from error


class _Loader(yaml.SafeLoader):
    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002
        seen: set[Hashable] = set()
        for key, _ in node.value:
            name = self.construct_object(key)
            if name in seen:
                line = key.start_mark.line + 1
                raise yaml.constructor.ConstructorError(None, None, f"{name!r} stands twice, again in line {line}")
            seen.add(name)
        return super().construct_mapping(node, deep)


def _resolve_as_in_yaml_1_2() -> None:
    _Loader.yaml_implicit_resolvers = {}
    for tag, pattern, first in (
        ("null", re.compile(r"^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""]),
        ("bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")),
        ("int", _INTEGER, list("-+0123456789")),
        ("float", _FLOAT, list("-+.0123456789")),
        ("merge", re.compile(r"^<<$"), ["<"]),
    ):
        _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", pattern, first)


_resolve_as_in_yaml_1_2()


def _once(pairs: list[tuple[str, Any]]) -> dict[str, object]:
    names = [name for name, _ in pairs]
    for place, name in enumerate(names):
        if name in names[:place]:
            raise ValueError(f"{name!r} stands twice")
    return dict(pairs)


def _no_number(word: str) -> float:
    raise ValueError(f"{word} is no number")
