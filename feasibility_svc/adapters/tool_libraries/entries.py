"""How many entries a library may have: what is made of each weighs many times more than its bytes."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from feasibility_svc.domain.scoring.errors import LibraryUnreadableError

MOST_ENTRIES = 20_000
UNIT_ASKED = "say whether it is in mm or in inches: units of the header, or --mm or --inch of rmosctl import-tools"
Entry = TypeVar("Entry")


def limited(entries: Iterable[Entry]) -> Iterator[Entry]:
    """The entries, one by one.

    Raises:
        LibraryUnreadableError: There are more than a library may have.
    """
    for count, entry in enumerate(entries):
        if count == MOST_ENTRIES:
            raise LibraryUnreadableError(f"it has more than {MOST_ENTRIES} entries; import it in parts")
        yield entry
