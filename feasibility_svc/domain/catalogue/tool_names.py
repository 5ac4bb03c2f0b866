"""What the name of a tool says of it where its library has no field for it."""

import re

from feasibility_svc.domain.catalogue.tool_library import LibraryTool

_FLUTED = frozenset({None, "END_MILL", "COMPRESSION", "BALL_NOSE", "BULL_NOSE", "TAPERED_BALL", "FRET_SLOT_END_MILL"})
_WORDS = {
    "UP": re.compile(r"\bup[- ]?(?:cut|spiral|shear)|\bUC\b", re.IGNORECASE),
    "DOWN": re.compile(r"\bdown[- ]?(?:cut|spiral|shear)|\bDC\b", re.IGNORECASE),
    "COMPRESSION": re.compile(r"\bcompression\b|\bup ?[-/&] ?down", re.IGNORECASE),
    "STRAIGHT": re.compile(r"\bstraight[- ]?(?:flute|cut|bit|end)", re.IGNORECASE),
}


def direction_of(entry: LibraryTool) -> dict[str, str]:
    """The direction of the flutes by the name, and the kind that follows; nothing where it says none, or several.

    >>> direction_of(LibraryTool("", None, "6 mm Downcut", {"kind": "END_MILL"}))
    {'flute_direction': 'DOWN'}
    >>> direction_of(LibraryTool("", None, "1/4 compression", {"kind": "END_MILL"}))
    {'flute_direction': 'COMPRESSION', 'kind': 'COMPRESSION'}
    """
    kind = entry.numbers.get("kind")
    found = [direction for direction, words in _WORDS.items() if words.search(entry.display_name)]
    if kind not in _FLUTED or len(found) != 1:
        return {}
    if found == ["COMPRESSION"]:
        return {"flute_direction": "COMPRESSION", **({"kind": "COMPRESSION"} if kind == "END_MILL" else {})}
    return {"flute_direction": found[0]}
