"""Guards on a language model's words: what it says may be another wording of the computed text, and nothing more.

1. it is not empty and not much longer
2. every number it prints stands in the computed text, after conversion of its unit
3. it names no level that the computed text does not name
4. it tells nobody to run anything, and claims no approval
5. it brings no links and no markup
"""

import re
from bisect import bisect_left
from collections.abc import Sequence

MOST_TIMES_AS_LONG = 1.5
_NUMBER = re.compile(r"(?<![\w.])[-+]?\d[\d,]*(?:\.\d+)?(?:[eE][-+]?\d+)?")
_LEVELS = ("GREEN", "YELLOW", "RED", "UNKNOWN", "ERROR")
_FACTORS = (
    1.0,
    25.4,  # inch to mm, and in/min to mm/min
    1 / 25.4,
    0.3048,  # foot to metre
    1 / 0.3048,
    196.8503937,  # m/s to ft/min
    1 / 196.8503937,
    4.4482216,  # pound-force to newton
    1 / 4.4482216,
    745.69987,  # horsepower to watt
    1 / 745.69987,
    60.0,  # per second to per minute
    1 / 60.0,
    100.0,  # share to percent
    1 / 100.0,
    1000.0,  # micrometre, kilowatt
    1 / 1000.0,
)
_COMMANDS = re.compile(
    r"\b(?:press (?:cycle )?start|cycle start|start (?:the )?(?:spindle|machine|program|cut|job)|run (?:the |this )?"
    r"(?:program|job|file|g-?code)|go ahead|proceed|you (?:can|may) (?:now )?(?:cut|run|start|proceed)|safe to (?:cut|"
    r"run|proceed)|ready to (?:cut|run)|begin cutting|ignore (?:the|this|any|all))\b",
    re.IGNORECASE,
)
_APPROVALS = re.compile(
    r"\b(?:approv(?:e|ed|al|es|ing)|authori[sz](?:e|ed|ation)|sign(?:ed)? off|certif(?:y|ied|icate)|cleared for|"
    r"green-?lit|permitted|guarantee[ds]?)\b",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"https?://|```|<[a-z/][^<>]*>|\[[^\[\]]*\]\(", re.IGNORECASE)
_NEVER = (("tells somebody to act", _COMMANDS), ("claims an approval", _APPROVALS), ("has markup", _MARKUP))


def refusal_of(computed: str, rephrased: str) -> str:
    """Why a wording is not taken; "" when it is.

    >>> refusal_of("the feed of 1200 mm/min is RED", "At 47.2 in/min the feed is RED.")
    ''
    >>> refusal_of("the feed of 1200 mm/min is RED", "At 40 in/min the feed is RED.")
    'the number 40 does not stand in the computed text'
    """
    if not rephrased.strip():
        return "it is empty"
    if len(rephrased) > MOST_TIMES_AS_LONG * len(computed):
        return f"it is {len(rephrased)} characters long, the computed text {len(computed)}"
    known = _in_other_units(computed)
    for text in _NUMBER.findall(rephrased):
        if not _stands(text, known):
            return f"the number {text} does not stand in the computed text"
    for level in _LEVELS:
        name = re.compile(rf"\b{level}\b", re.IGNORECASE)
        if name.search(rephrased) and not name.search(computed):
            return f"it names the level {level}, which the computed text does not"
    for what, pattern in _NEVER:
        found = pattern.search(rephrased)
        if found and not pattern.search(computed):
            return f"it {what}: {found[0]!r}"
    return ""


def _in_other_units(text: str) -> Sequence[float]:
    """Every number of a text in every unit, in order."""
    values = {abs(float(number.replace(",", ""))) for number in _NUMBER.findall(text)}
    found = [value * factor for value in values for factor in _FACTORS]
    found += [value * 9 / 5 + 32 for value in values] + [(value - 32) * 5 / 9 for value in values]
    return sorted(found)


def _stands(text: str, known: Sequence[float]) -> bool:
    """Whether a printed number is one of the known ones in another unit, rounded as it is printed."""
    plain = text.replace(",", "").lstrip("+-")
    value = float(plain)
    mantissa = re.split("[eE]", plain)[0]
    decimals = len(mantissa.partition(".")[2])
    half = 0.5 * 10.0**-decimals * (1 + 1e-9)
    nearest = bisect_left(known, value)
    return any(abs(candidate - value) <= half for candidate in known[max(nearest - 1, 0) : nearest + 1])
