"""Names that every unzipper can write: short, without what Windows refuses, and each only once."""

import unicodedata
from collections.abc import Sequence

from runs_svc.domain.runs.attachment import Attachment

FOLDER = "attachments/"
MOST_BYTES = 150
"""Of a name. A file system takes 255; Windows takes 260 characters with all folders."""
_MOST_SUFFIX_BYTES = 16
_DIGITS, _MORE_DIGITS = 12, 4
_REFUSED = frozenset('<>:"|?*/\\')


def entry_names(attachments: Sequence[Attachment]) -> dict[str, Attachment]:
    """The attachments under their names in the pack, in their order. Equal bytes are packed once per name.

    >>> from runs_svc.domain.ids import Digest
    >>> list(entry_names([Attachment(Digest("ab" * 32), "gcode", "text/plain", "", 10, "")]))
    ['attachments/abababababab_gcode']
    """
    digits = _digits({item.digest.sha256 for item in attachments})
    named: dict[str, Attachment] = {}
    folded: set[str] = set()
    for item in attachments:
        prefix = f"{item.digest.sha256[:digits]}_"
        name = FOLDER + prefix + _safe(item.filename or item.kind, MOST_BYTES - len(prefix))
        if name.casefold() not in folded:
            folded.add(name.casefold())
            named[name] = item
    return named


def is_renamed(name: str, attachment: Attachment) -> bool:
    """Whether a name in the pack does not end with the name of the file."""
    return not name.endswith(f"_{attachment.filename or attachment.kind}")


def _digits(digests: set[str]) -> int:
    """How many digits of the digests tell them apart."""
    digits = _DIGITS
    while len({digest[:digits] for digest in digests}) < len(digests):
        digits += _MORE_DIGITS
    return digits


def _safe(filename: str, most_bytes: int) -> str:
    text = "".join("_" if _is_refused(character) else character for character in filename)
    stem, dot, suffix = text.rpartition(".")
    if not dot or len(suffix.encode()) > _MOST_SUFFIX_BYTES:
        stem, dot, suffix = text, "", ""
    room = most_bytes - len((dot + suffix).encode())
    return (stem.encode()[:room].decode(errors="ignore") + dot + suffix).rstrip(". ") or "file"


def _is_refused(character: str) -> bool:
    """Signs that a file system refuses, and those that nobody sees."""
    return character in _REFUSED or unicodedata.category(character)[0] == "C" or character in "\u2028\u2029"
