"""From pydantic's error locations to protobuf field paths: the one converter of both servers."""

from typing import TypeVar

from pydantic import BaseModel, ValidationError

from foundation.canonical_json import JsonMapping
from foundation.errors import InvalidFieldsError, Violation

Rules = TypeVar("Rules", bound=BaseModel)


def check(rules: type[Rules], value: JsonMapping, path: str) -> Rules:
    """The value as the rule book's type.

    Args:
        rules: pydantic model whose field names are the contract's.
        value: JSON object from `proto_json.read`.
        path: Field path of the value in the request, for example "design".

    Raises:
        InvalidFieldsError: Each broken rule with field path, value and what is allowed.
    """
    try:
        return rules.model_validate(value)
    except ValidationError as error:
        raise InvalidFieldsError(_violations(error, path)) from error


def _violations(error: ValidationError, path: str) -> list[Violation]:
    return [
        Violation(_field_path(path, item["loc"]), _describe(item["msg"], item["input"], item["type"]))
        for item in error.errors(include_url=False)
    ]


def _field_path(path: str, location: tuple[int | str, ...]) -> str:
    for step in location:
        path += f"[{step}]" if isinstance(step, int) else f".{step}"
    return path.removeprefix(".")


def _describe(message: str, given: object, kind: str) -> str:
    rule = message.removeprefix("Value error, ").removeprefix("Input ")
    if kind == "missing" or isinstance(given, dict | BaseModel):
        return rule
    return f"{given!r} is not allowed: {rule}" if len(repr(given)) <= 60 else rule
