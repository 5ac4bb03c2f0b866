"""What a record says it is. The columns of its row and the name of its file must say the same."""

from dataclasses import dataclass

from foundation.canonical_json import JsonMapping
from foundation.json_members import number, text


@dataclass(frozen=True, slots=True)
class Identity:
    """Kind, subject, and place in the subject's chain."""

    kind: str
    subject_id: str
    ordinal: int
    previous_sha256: str


def identity_of(document: JsonMapping) -> Identity:
    """The identity of a parsed record.

    >>> identity_of({"schema": "rmos.run/1", "run_id": "run_0123456789ab"}).kind
    'run'

    Raises:
        KeyError: It does not say what it is.
    """
    return Identity(
        kind=str(document["schema"]).removeprefix("rmos.").removesuffix("/1"),
        subject_id=str(document["run_id"] if "run_id" in document else document["subject_id"]),
        ordinal=int(number(document, "ordinal") or 0),
        previous_sha256=text(document, "previous_sha256"),
    )
