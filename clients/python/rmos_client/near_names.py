"""Names that somebody may have meant."""

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

_LIKE = 0.6


def near_names(given: str, known: Iterable[str], *, most: int) -> Sequence[str]:
    """The names nearest to one that is not there, nearest first; the order of their words does not count.

    >>> near_names("sitka_spruse", ["ebony", "spruce_engelmann", "spruce_sitka"], most=2)
    ['spruce_sitka']
    """
    scored = ((max(_alike(given, name), _alike(_sorted(given), _sorted(name))), name) for name in known)
    near = sorted(((score, name) for score, name in scored if score >= _LIKE), key=lambda item: (-item[0], item[1]))
    return [name for _, name in near[:most]]


def _alike(one: str, other: str) -> float:
    return SequenceMatcher(None, one.lower(), other.lower()).ratio()


def _sorted(name: str) -> str:
    return "_".join(sorted(name.lower().replace("-", "_").split("_")))
