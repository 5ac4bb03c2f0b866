"""Guards on a language model's words: what it says may be another wording of the computed text, and nothing more.

1. it is not empty and not much longer
2. every number it prints stands in the computed text, after conversion of its unit; numbers are not put into words
3. it names a level, the one it names first is the verdict, and it names no level that the computed text does not name;
   another level than the verdict stands only beside a number: the score of a dimension, or what would have to change
4. it tells nobody to run anything, and claims no approval
5. it brings no links and no markup
"""

import re

from runs_svc.domain.advisory.quantities import quantities_in, standing_in, strangers

MOST_TIMES_AS_LONG = 1.5
_LEVEL = re.compile(r"\b(?:GREEN|YELLOW|RED|UNKNOWN|ERROR)\b", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+|\n+")
_COMMANDS = re.compile(
    r"\b(?:press (?:cycle )?start|cycle start|start (?:the )?(?:spindle|machine|program|cut|job)|"
    r"run (?:the |this )?(?:program|job|file|g-?code)|(?:can|may) be (?:cut|run|started|machined|milled)|go ahead|"
    r"proceed|you (?:can|may) (?:now )?(?:cut|run|start|proceed)|all clear|"
    r"(?:safe|fine|good|okay|ok|ready|free) to (?:be )?(?:cut|run|go|proceed|start|started|mill|milled|machined?)|"
    r"begin cutting|ignore (?:the|this|any|all))\b",
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
    >>> refusal_of("GREEN: this may be cut", "GREEN: this may be cut, go ahead")
    "it tells somebody to act: 'go ahead'"
    >>> refusal_of("RED: heat. To GREEN: feed 1200 mm/min", "RED. GREEN: all is well")
    "it says GREEN without a number, and the verdict is RED: 'GREEN: all is well'"
    """
    if not rephrased.strip():
        return "it is empty"
    if len(rephrased) > MOST_TIMES_AS_LONG * len(computed):
        return f"it is {len(rephrased)} characters long, the computed text {len(computed)}"
    stranger = next(strangers(standing_in(computed), rephrased), None)
    if stranger is not None:
        return f"the number {stranger} does not stand in the computed text"
    wrong = _wrong_level(computed, rephrased)
    if wrong:
        return wrong
    for what, pattern in _NEVER:
        known = {found.lower() for found in pattern.findall(computed)}
        for found in pattern.findall(rephrased):
            if found.lower() not in known:
                return f"it {what}: {found!r}"
    verdict = _LEVEL.search(computed)
    if verdict is not None and _LEVEL.search(rephrased) is None:
        return f"it does not name the verdict, which is {verdict[0].upper()}"
    return ""


def _wrong_level(computed: str, rephrased: str) -> str:
    """What is wrong with the levels a wording names; "" for nothing."""
    known, named = ([name.upper() for name in _LEVEL.findall(text)] for text in (computed, rephrased))
    for level in named:
        if level not in known:
            return f"it names the level {level}, which the computed text does not"
    if named and named[0] != known[0]:
        return f"it names {named[0]} first, and the verdict is {known[0]}"
    for sentence in _SENTENCE_END.split(rephrased):
        others = [level for name in _LEVEL.findall(sentence) if (level := name.upper()) != known[0]]
        if others and next(quantities_in(sentence), None) is None:
            return f"it says {others[0]} without a number, and the verdict is {known[0]}: {sentence.strip()[:100]!r}"
    return ""
