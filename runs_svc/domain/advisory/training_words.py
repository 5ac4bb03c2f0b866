"""The words a picture leaves with: from its reviewer, else from its design, else from its prompt."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from runs_svc.domain.advisory.asset import Asset
from runs_svc.domain.advisory.prompt import read_prompt

LONGEST_TOKENS = 75
"""What a text encoder of the CLIP family reads of a caption; the rest is cut off in silence."""
_TOKEN = re.compile(r"[^\W\d_]+|\d|[^\w\s]+|_")
_BYTES_A_TOKEN = 8
"""Common words are one token each, however long; of rare ones each takes about so many bytes."""
_SIGNS_A_TOKEN = 2
_LATIN, _TWO_BYTES = "\u0250", "\u0800"
"""Where Latin letters end, and what takes two bytes: the words such an encoder learnt are Latin ones."""
_PATTERNS = ("herringbone", "rope", "mosaic", "purfling", "solid")
_SHELL = frozenset({"abalone", "mother_of_pearl"})
_WHERE_NONE_IS_CHOSEN = frozenset({"ebony", "maple", "rosewood", "mahogany", "spruce"})
_VIEWS = {"QUARTER": "quarter of a ", "CLOSE_UP": "close-up of a "}
_MOST_NAMED = 5
"""Kinds of rings a caption names."""


def caption_of(asset: Asset) -> str:
    """One line of words."""
    return " ".join((asset.caption or _described(asset) or asset.prompt).split())


def concept_of(asset: Asset) -> str:
    """The words of the folder a picture stands in."""
    if asset.review and asset.review.concept:
        return " ".join(asset.review.concept.split())
    shown = rings_shown(asset)
    if shown:
        widest = shown[0]
        return f"rosette {(widest.material if widest.pattern == 'solid' else '') or widest.pattern}"
    words = (asset.reading.category or "guitar", *asset.reading.inlays[:1])
    return " ".join(word for word in words if word).replace("_", " ")


@dataclass(frozen=True, slots=True)
class ShownRing:
    """A kind of ring in a drawing made here, in words."""

    pattern: str
    material: str
    """Empty: the design names none."""

    def __str__(self) -> str:
        words = (self.material, "" if self.pattern == "solid" else self.pattern)
        return " ".join(word for word in words if word)


def rings_shown(asset: Asset) -> Sequence[ShownRing]:
    """The kinds of rings of a drawing made here, the widest first; empty for other pictures."""
    channel = asset.design.get("rosette_channel")
    rings = channel.get("rings") if isinstance(channel, dict) else None
    widths: dict[ShownRing, float] = {}
    for ring in rings if isinstance(rings, list) else ():
        if isinstance(ring, dict):
            pattern = str(ring.get("pattern", "solid")).removeprefix("RING_PATTERN_").lower()
            shown, width = ShownRing(pattern, _in_words(str(ring.get("material_id") or ""))), ring.get("width_mm")
            widths[shown] = widths.get(shown, 0.0) + (float(width) if isinstance(width, int | float) else 0.0)
    return sorted(widths, key=lambda shown: (-widths[shown], str(shown)))


def _in_words(material_id: str) -> str:
    """A material as people say it: the kind last.

    >>> _in_words("rosewood_brazilian"), _in_words("mother_of_pearl"), _in_words("koa")
    ('brazilian rosewood', 'mother of pearl', 'koa')
    """
    if material_id in _SHELL:
        return material_id.replace("_", " ")
    kind, *which = material_id.split("_")
    return " ".join([*which, kind])


def _described(asset: Asset) -> str:
    """What a drawing made here shows; empty where that is nothing but plain wood."""
    rings = [text for shown in rings_shown(asset)[:_MOST_NAMED] if (text := str(shown))]
    part, top = _VIEWS.get(asset.view, ""), _in_words(asset.top_material_id)
    return f"{part}guitar rosette with {', '.join(rings)} rings{f' on a {top} top' if top else ''}" if rings else ""


def remark_on(asset: Asset, caption: str) -> str:
    """What a person should know of the words; empty when nothing."""
    tokens = tokens_of(caption)
    if tokens > LONGEST_TOKENS:
        return f"its caption has about {tokens} tokens; trainers read {LONGEST_TOKENS} of them"
    shown = rings_shown(asset)
    if not shown:
        return ""
    said = f"{caption} {asset.prompt}"
    patterns = list(dict.fromkeys(ring.pattern for ring in shown))
    wrong = [word for word in _PATTERNS if word not in patterns and re.search(rf"\b{word}", said, re.IGNORECASE)]
    wrong += _materials_not_shown(said, [*(ring.material for ring in shown), _in_words(asset.top_material_id)])
    named = [text for ring in shown if (text := str(ring))] or ["plain rings"]
    return f"its words say {', '.join(wrong)}, its design shows {', '.join(named)}" if wrong else ""


def _materials_not_shown(said: str, shown: Sequence[str]) -> Sequence[str]:
    """Woods and shells that are named and not drawn; those a ring has where none is chosen are not objected to."""
    reading = read_prompt(said)
    kinds = {*_WHERE_NONE_IS_CHOSEN, *(word for material in shown for word in material.split())}
    named = [name for name in reading.inlays if name in _SHELL] + list(reading.woods)
    return [_in_words(name) for name in dict.fromkeys(named) if name.split("_")[0] not in kinds]


def tokens_of(caption: str) -> int:
    """About how many tokens a caption has.

    >>> tokens_of("a rosette, 12 mm wide")
    7
    """
    return sum(_tokens_of_word(word) for word in _TOKEN.findall(caption))


def _tokens_of_word(word: str) -> int:
    """A Latin word by its bytes; of other letters and signs each is one or two tokens by itself.

    >>> _tokens_of_word("rosette"), _tokens_of_word("канал"), _tokens_of_word("薔薇")
    (1, 5, 4)
    """
    latin = [character for character in word if character < _LATIN]
    a_token = _BYTES_A_TOKEN if word.isalpha() else _SIGNS_A_TOKEN
    others = sum(1 if character < _TWO_BYTES else 2 for character in word if character >= _LATIN)
    return -(-len("".join(latin).encode()) // a_token) + others
