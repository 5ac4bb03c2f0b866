"""A line of the catalogue's journal: a change, or a list of those that were made together. The same in a file and in a
database.
"""

from collections.abc import Sequence

import orjson

from feasibility_svc.domain.catalogue.workshop import Change
from foundation import canonical_json


def write_line(changes: Sequence[Change]) -> bytes:
    """The line that holds changes, without its end."""
    values = [change.to_json() for change in changes]
    return canonical_json.dumps(values[0] if len(values) == 1 else list(values))


def read_line(line: bytes) -> list[Change]:
    """The changes of a line.

    Raises:
        ValueError: It holds none.
    """
    try:
        value = orjson.loads(line)
        values = value if isinstance(value, list) else [value]
        if not values or not all(isinstance(item, dict) for item in values):
            raise TypeError("it is neither a JSON object nor a list of them")  # noqa: TRY301
        return [Change.from_json(item) for item in values]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"a line that cannot be read: {line[:80]!r}") from error
