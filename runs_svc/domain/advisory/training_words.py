"""The words a picture leaves with: from its reviewer, else from its design, else from its prompt."""

import re
from collections.abc import Sequence

from runs_svc.domain.advisory.asset import Asset

LONGEST_TOKENS = 75
"""What a text encoder of the CLIP family reads of a caption; the rest is cut off in silence."""
_TOKEN = re.compile(r"[^\W\d_]+|\d|[^\w\s]+|_")
_LETTERS_A_TOKEN = 8
"""Common words are one token each, however long; of rare ones each takes about so many letters."""
_PATTERNS = ("herringbone", "rope", "mosaic", "purfling", "solid")


def caption_of(asset: Asset) -> str:
    """One line of words."""
    return " ".join((asset.caption or _described(asset) or asset.prompt).split())


def concept_of(asset: Asset) -> str:
    """The words of the folder a picture stands in."""
    if asset.review and asset.review.concept:
        return " ".join(asset.review.concept.split())
    patterns = patterns_of(asset)
    if patterns:
        return f"rosette {patterns[0]}"
    words = (asset.reading.category or "guitar", *asset.reading.inlays[:1])
    return " ".join(word for word in words if word).replace("_", " ")


def patterns_of(asset: Asset) -> Sequence[str]:
    """The patterns of a drawing made here, the widest first; empty for other pictures."""
    channel = asset.design.get("rosette_channel")
    rings = channel.get("rings") if isinstance(channel, dict) else None
    widths: dict[str, float] = {}
    for ring in rings if isinstance(rings, list) else ():
        if isinstance(ring, dict):
            pattern = str(ring.get("pattern", "solid")).removeprefix("RING_PATTERN_").lower()
            width = ring.get("width_mm")
            widths[pattern] = widths.get(pattern, 0.0) + (float(width) if isinstance(width, int | float) else 0.0)
    return sorted(widths, key=lambda pattern: (-widths[pattern], pattern))


def _described(asset: Asset) -> str:
    patterns = [pattern for pattern in patterns_of(asset) if pattern != "solid"]
    return f"guitar rosette with {', '.join(patterns)} rings" if patterns else ""


def remark_on(asset: Asset, caption: str) -> str:
    """What a person should know of the words; empty when nothing."""
    tokens = tokens_of(caption)
    if tokens > LONGEST_TOKENS:
        return f"its caption has about {tokens} tokens; trainers read {LONGEST_TOKENS} of them"
    patterns = patterns_of(asset)
    said = [word for word in _PATTERNS if re.search(rf"\b{word}", f"{caption} {asset.prompt}", re.IGNORECASE)]
    wrong = [word for word in said if patterns and word not in patterns]
    return f"its words say {', '.join(wrong)}, its design shows {', '.join(patterns)}" if wrong else ""


def tokens_of(caption: str) -> int:
    """About how many tokens a caption has.

    >>> tokens_of("a rosette, 12 mm wide")
    7
    """
    words = _TOKEN.findall(caption)
    return sum(1 if not word.isalpha() else -(-len(word) // _LETTERS_A_TOKEN) for word in words)
