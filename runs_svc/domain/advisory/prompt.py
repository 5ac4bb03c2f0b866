"""The prompt engine: what a prompt asks for, and what is sent to a provider.

Only whole words count, and of several names at one place the longest: "classic" is not found in "classical", and a
"custom" finish is no body shape.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from foundation import canonical_json

_WORD = re.compile(r"[a-z0-9']+")
_STOP = frozenset(
    [
        "a",
        "an",
        "and",
        "the",
        "of",
        "in",
        "on",
        "with",
        "for",
        "to",
        "from",
        "by",
        "at",
        "is",
        "as",
        "it",
        "its",
        "my",
        "our",
        "very",
        "some",
    ]
)

CATEGORIES: Mapping[str, str] = {
    "rosette": "rosette",
    "sound hole ring": "rosette",
    "soundhole ring": "rosette",
    "headstock": "headstock",
    "peghead": "headstock",
    "fretboard": "inlay",
    "fretboard inlay": "inlay",
    "body": "body",
    "guitar body": "body",
    "guitar": "guitar",
    "ukulele": "guitar",
    "archtop": "guitar",
}
BODY_SHAPES: Mapping[str, str] = {
    "dreadnought": "dreadnought",
    "om": "om",
    "orchestra model": "om",
    "auditorium": "auditorium",
    "grand auditorium": "grand_auditorium",
    "jumbo": "jumbo",
    "super jumbo": "jumbo",
    "parlor": "parlor",
    "parlour": "parlor",
    "concert": "concert",
    "classical": "classical",
    "classical guitar": "classical",
    "flamenco": "flamenco",
    "single cut": "single_cut",
    "double cut": "double_cut",
    "archtop": "archtop",
}
FINISHES: Mapping[str, str] = {
    "gloss": "gloss",
    "high gloss": "gloss",
    "satin": "satin",
    "matte": "matte",
    "french polish": "french_polish",
    "oil": "oil",
    "natural": "natural",
    "sunburst": "sunburst",
    "tobacco sunburst": "tobacco_sunburst",
    "cherry sunburst": "cherry_sunburst",
    "nitro": "nitrocellulose",
    "nitrocellulose": "nitrocellulose",
    "custom finish": "custom",
}
WOODS: Mapping[str, str] = {
    "spruce": "spruce_european",
    "sitka spruce": "spruce_sitka",
    "engelmann spruce": "spruce_engelmann",
    "adirondack spruce": "spruce_adirondack",
    "cedar": "cedar_western_red",
    "western red cedar": "cedar_western_red",
    "mahogany": "mahogany_honduran",
    "maple": "maple_hard",
    "flamed maple": "maple_bigleaf",
    "quilted maple": "maple_bigleaf",
    "rosewood": "rosewood_east_indian",
    "indian rosewood": "rosewood_east_indian",
    "brazilian rosewood": "rosewood_brazilian",
    "ebony": "ebony_african",
    "macassar ebony": "ebony_macassar",
    "koa": "koa",
    "walnut": "walnut_black",
    "cocobolo": "cocobolo",
    "ziricote": "ziricote",
    "bubinga": "bubinga",
    "padauk": "padauk_african",
    "wenge": "wenge",
    "sapele": "sapele",
}
HARDWARE: Mapping[str, str] = {
    "gold tuners": "gold_tuners",
    "chrome tuners": "chrome_tuners",
    "nickel tuners": "nickel_tuners",
    "open back tuners": "open_back_tuners",
    "tuners": "tuners",
    "bridge pins": "bridge_pins",
    "bone nut": "bone_nut",
    "pickguard": "pickguard",
    "tailpiece": "tailpiece",
    "strap button": "strap_button",
}
INLAYS: Mapping[str, str] = {
    "abalone": "abalone",
    "mother of pearl": "mother_of_pearl",
    "herringbone": "herringbone",
    "rope": "rope",
    "mosaic": "mosaic",
    "purfling": "purfling",
    "dots": "dots",
    "dot inlays": "dots",
    "block inlays": "blocks",
    "tree of life": "tree_of_life",
    "celtic knot": "celtic_knot",
}
STYLES: Mapping[str, str] = {
    "studio": "studio",
    "studio photo": "studio",
    "product photo": "product",
    "product photography": "product",
    "macro": "macro",
    "close up": "macro",
    "workshop": "workshop",
    "on white": "on_white",
    "white background": "on_white",
    "soft light": "soft_light",
    "dramatic light": "dramatic_light",
}
_PHOTO = {
    "": "studio product photograph",
    "macro": "macro photograph, shallow depth of field",
    "workshop": "photograph in a luthier's workshop",
}
_CRAFT = "fine lutherie craftsmanship, accurate wood grain"
_NEGATIVE = (
    "blurry",
    "low resolution",
    "watermark",
    "text",
    "extra strings",
    "broken strings",
    "warped neck",
    "distorted frets",
    "cropped",
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was understood of a prompt."""

    category: str = ""
    body_shape: str = ""
    finish: str = ""
    woods: Sequence[str] = ()
    hardware: Sequence[str] = ()
    inlays: Sequence[str] = ()
    style: str = ""
    confidence: float = 0.0


@dataclass(slots=True)
class _Words:
    """The words of a prompt, and which of them were understood."""

    words: Sequence[str]
    understood: set[int] = field(default_factory=set)

    def find(self, names: Mapping[str, str]) -> list[str]:
        """What is named, in order, the longest name at each place first."""
        by_length = sorted(names, key=lambda name: -len(name.split()))
        taken: set[int] = set()
        found: dict[int, str] = {}
        for name in by_length:
            parts = name.split()
            for start in range(len(self.words) - len(parts) + 1):
                places = set(range(start, start + len(parts)))
                if list(self.words[start : start + len(parts)]) == parts and not places & taken:
                    taken |= places
                    found[start] = names[name]
        self.understood |= taken
        return list(dict.fromkeys(found[start] for start in sorted(found)))


def words_of(text: str) -> list[str]:
    """The words of a text in lower case; a plural s is dropped where the singular is a name we know."""
    return [_singular(word) for word in _WORD.findall(text.lower().replace("-", " "))]


def read_prompt(text: str) -> Reading:
    """What a prompt asks for.

    >>> read_prompt("macro of a herringbone rosette in flamed maple and ebony").woods
    ['maple_bigleaf', 'ebony_african']
    """
    words = _Words(words_of(text))
    telling = [place for place, word in enumerate(words.words) if word not in _STOP]
    category, body = words.find(CATEGORIES), words.find(BODY_SHAPES)
    finish, style = words.find(FINISHES), words.find(STYLES)
    woods, hardware, inlays = words.find(WOODS), words.find(HARDWARE), words.find(INLAYS)
    return Reading(
        category=category[0] if category else "",
        body_shape=body[0] if body else "",
        finish=finish[0] if finish else "",
        woods=woods,
        hardware=hardware,
        inlays=inlays,
        style=style[0] if style else "",
        confidence=len(words.understood & set(telling)) / len(telling) if telling else 0.0,
    )


def compose_prompt(text: str, reading: Reading) -> tuple[str, str]:
    """The prompt as it is sent, and what is not to be shown."""
    look = _PHOTO.get(reading.style, _PHOTO[""])
    subject = f"acoustic guitar {reading.category}" if reading.category in {"rosette", "headstock", "inlay"} else ""
    parts = [text.strip().rstrip("."), subject, look, _CRAFT]
    return ", ".join(part for part in parts if part), ", ".join(_NEGATIVE)


def normal_form(text: str) -> str:
    """The prompt as duplicates are recognised by: words in lower case, one blank between them."""
    return " ".join(words_of(text))


def prompt_sha256(text: str) -> str:
    """Digest of the normal form; "" for no prompt."""
    return canonical_json.sha256_hex(normal_form(text).encode()) if text.strip() else ""


def jaccard(first: str, second: str) -> float:
    """Words both texts share over words either has.

    >>> jaccard("a rope rosette", "a mosaic rosette")
    0.5
    """
    one, other = set(words_of(first)), set(words_of(second))
    return len(one & other) / len(one | other) if one | other else 0.0


def _singular(word: str) -> str:
    return word[:-1] if word.endswith("s") and word[:-1] in _KNOWN_WORDS else word


_KNOWN_WORDS = frozenset(part for names in (CATEGORIES, BODY_SHAPES, WOODS) for name in names for part in name.split())
