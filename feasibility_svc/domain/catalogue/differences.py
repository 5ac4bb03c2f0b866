"""What differs between two versions of an entry, field by field."""

from collections.abc import Sequence

from pydantic import BaseModel


def differences(before: BaseModel, after: BaseModel) -> list[str]:
    """Fields that differ, each with both values."""
    then, now = (value.model_dump(exclude_none=True) for value in (before, after))
    return [
        f"{name}: {_said(then.get(name))} before, {_said(now.get(name))} now"
        for name in sorted(then.keys() | now.keys())
        if then.get(name) != now.get(name)
    ]


def renamed(before: str, after: str) -> Sequence[str]:
    """Both names where they differ.

    >>> renamed("Bit", "Old bit")
    ["name: 'Bit' before, 'Old bit' now"]
    """
    return [] if before == after else [f"name: {before!r} before, {after!r} now"]


def _said(value: object) -> object:
    return "nothing" if value is None else value
