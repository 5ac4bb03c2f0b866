"""What a record says it is. The columns of its row and the name of its file must say the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Identity:
    """Kind, subject, and place in the subject's chain."""

    kind: str
    subject_id: str
    ordinal: int
    previous_sha256: str


def identity_of(document: Mapping[str, Any]) -> Identity:
    """The identity of a parsed record.

    >>> identity_of({"schema": "rmos.run/1", "run_id": "run_0123456789ab"}).kind
    'run'

    Raises:
        KeyError: It does not say what it is.
    """
    return Identity(
        kind=document["schema"].removeprefix("rmos.").removesuffix("/1"),
        subject_id=document["run_id"] if "run_id" in document else document["subject_id"],
        ordinal=document.get("ordinal", 0),
        previous_sha256=document.get("previous_sha256", ""),
    )
