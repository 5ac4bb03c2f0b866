"""Documents of the pattern library: what is written can be read again, by this server and by another."""

from foundation import canonical_json
from foundation.canonical_json import JsonObject
from foundation.message_size import PAGE_BUDGET
from runs_svc.domain.errors import RecordTooLargeError
from runs_svc.domain.shop.pattern import LIBRARY_SCHEMA, Pattern, StripFamily

LARGEST_DOCUMENT = PAGE_BUDGET
_FRAME_BYTES = 256
"""What a document has beside its entries, at most."""
_LARGEST_ENTRY = (LARGEST_DOCUMENT - _FRAME_BYTES) // 2
"""A pattern and its family fit into one document."""


def check_entry(entry: Pattern | StripFamily, name: str) -> None:
    """Refuse an entry that no document could hold together with the family it names.

    Raises:
        RecordTooLargeError: It is too large.
    """
    size = len(write_entry(entry))
    if size > _LARGEST_ENTRY:
        raise RecordTooLargeError(name, size, _LARGEST_ENTRY)


class LibraryDocument:
    """A document that is filled pattern by pattern, each with the family it names."""

    def __init__(self) -> None:
        self._patterns: list[bytes] = []
        self._families: dict[str, bytes] = {}
        self._left = LARGEST_DOCUMENT - _FRAME_BYTES
        self.last = ""
        """Id of the pattern taken last."""

    def has_family(self, family_id: str) -> bool:
        """Whether a family is in it already."""
        return family_id in self._families

    def take(self, pattern_id: str, entry: bytes, family: tuple[str, bytes] | None) -> bool:
        """Whether a pattern, and a family that was not in it yet, are still in it. The first always are."""
        named = b"" if family is None else family[1]
        self._left -= len(entry) + len(named) + 2
        if self._left < 0 and self._patterns:
            return False
        self._patterns.append(entry)
        if family is not None:
            self._families[family[0]] = named
        self.last = pattern_id
        return True

    @property
    def pattern_count(self) -> int:
        return len(self._patterns)

    @property
    def family_count(self) -> int:
        return len(self._families)

    def write(self) -> bytes:
        """The document, canonical JSON: families and patterns by their ids."""
        patterns = b",".join(self._patterns)
        families = b",".join(self._families[family_id] for family_id in sorted(self._families))
        schema = canonical_json.dumps(LIBRARY_SCHEMA)
        return b'{"patterns":[' + patterns + b'],"schema":' + schema + b',"strip_families":[' + families + b"]}"


def write_entry(entry: Pattern | StripFamily) -> bytes:
    """The canonical bytes of an entry.

    Raises:
        NotCanonicalError: It holds a number from an older store that has none.
    """
    value: JsonObject = entry.model_dump(mode="json", exclude_none=True)
    return canonical_json.dumps(value)
