"""How the materials of the catalogue look under a thin finish, by their preset ids.

Colours are chosen by eye after descriptions of the woods (Meier, Wood! Identifying and Using Hundreds of Woods, 2015);
they are for pictures and decide nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Look:
    """Colours of a material: ground, the darker lines of its grain, and what kind of surface it is."""

    ground: str
    grain: str
    surface: Literal["straight", "streaked", "curly", "plain", "shell"] = "straight"
    spacing_mm: float = 0.7
    """Distance of the lines of the grain."""


LOOKS: Mapping[str, Look] = {
    "spruce_sitka": Look("#ecd3a4", "#d2aa6c", spacing_mm=0.9),
    "spruce_engelmann": Look("#f1ddb4", "#dcbb84", spacing_mm=0.8),
    "spruce_european": Look("#f0d9ab", "#d6b178", spacing_mm=0.7),
    "spruce_adirondack": Look("#eed1a0", "#cfa263", spacing_mm=1.3),
    "spruce_white": Look("#f2dfb8", "#dbbc88", spacing_mm=0.9),
    "spruce_lutz": Look("#efd8aa", "#d5b075", spacing_mm=0.9),
    "cedar_western_red": Look("#b98255", "#8e5a35", spacing_mm=0.8),
    "cedar_port_orford": Look("#eed8a8", "#d9b97f", spacing_mm=0.8),
    "cedar_alaska_yellow": Look("#f0d996", "#d9b866", spacing_mm=0.7),
    "cedar_spanish": Look("#b5764b", "#8b5231", spacing_mm=1.0),
    "redwood": Look("#a05a3c", "#733b25", spacing_mm=0.7),
    "douglas_fir": Look("#d9a066", "#b0713a", spacing_mm=1.2),
    "cypress_bald": Look("#dcb57a", "#b78b4f", spacing_mm=1.0),
    "pine_eastern_white": Look("#efd9a8", "#d8b67a", spacing_mm=1.4),
    "mahogany_honduran": Look("#9c5a35", "#6f3a20", "streaked", 0.9),
    "mahogany_african": Look("#a8633f", "#7a4127", "streaked", 0.9),
    "sapele": Look("#85452b", "#5b2a19", "streaked", 0.6),
    "okoume": Look("#c68b68", "#a0684a", "streaked", 1.0),
    "limba": Look("#d9b578", "#b08a4f", "streaked", 1.1),
    "maple_hard": Look("#f0dcb9", "#dcc096", "plain", 1.4),
    "maple_soft": Look("#ecd4ad", "#d3b184", "plain", 1.4),
    "maple_bigleaf": Look("#eed2a2", "#cfa66d", "curly", 1.2),
    "walnut_black": Look("#5d3f2b", "#3d281b", "streaked", 0.9),
    "cherry_black": Look("#b5714a", "#945636", "plain", 1.2),
    "koa": Look("#a7682f", "#70401a", "curly", 1.0),
    "blackwood_tasmanian": Look("#8a5730", "#5d371c", "curly", 1.0),
    "alder": Look("#cf9d6f", "#b07f54", "plain", 1.3),
    "ash_swamp": Look("#e6d0a5", "#bf9c68", "streaked", 1.6),
    "ash_white": Look("#e8d4ae", "#c4a272", "streaked", 1.4),
    "basswood": Look("#efe0bf", "#ddc89f", "plain", 1.5),
    "poplar_yellow": Look("#d8cf9b", "#b5ab74", "plain", 1.4),
    "beech_american": Look("#dcb38a", "#bd9067", "plain", 1.1),
    "birch_yellow": Look("#e8cfa3", "#cfaf7c", "plain", 1.3),
    "sycamore": Look("#dcb893", "#b98f68", "curly", 1.0),
    "oak_red": Look("#c99a6b", "#9a6d43", "streaked", 1.4),
    "oak_white": Look("#cfab78", "#a27f4e", "streaked", 1.4),
    "rosewood_east_indian": Look("#4a2c2a", "#2a1516", "streaked", 0.9),
    "rosewood_brazilian": Look("#6a3a22", "#2f1710", "streaked", 1.0),
    "rosewood_honduran": Look("#7d4a3a", "#4d281f", "streaked", 0.9),
    "cocobolo": Look("#9a4322", "#4a1c10", "streaked", 1.0),
    "blackwood_african": Look("#231a18", "#120c0b", "straight", 0.8),
    "ebony_african": Look("#1d1816", "#0d0a09", "straight", 0.8),
    "ebony_macassar": Look("#35231a", "#7d5a3c", "streaked", 0.8),
    "wenge": Look("#3d2a1f", "#1d130e", "straight", 0.6),
    "purpleheart": Look("#7a3a63", "#582545", "straight", 0.9),
    "bubinga": Look("#8e4636", "#612a21", "streaked", 0.9),
    "ovangkol": Look("#8a6236", "#5c3e20", "streaked", 0.9),
    "padauk_african": Look("#a8402a", "#742618", "streaked", 0.9),
    "pau_ferro": Look("#6d4630", "#432719", "streaked", 0.9),
    "ziricote": Look("#4a3a2c", "#1f1711", "streaked", 0.8),
    "bocote": Look("#a57a3c", "#523516", "streaked", 0.9),
    "katalox": Look("#3f2a2b", "#231516", "straight", 0.8),
    "jatoba": Look("#93502f", "#69341d", "streaked", 1.0),
    "zebrawood": Look("#cfa668", "#5b3c20", "straight", 1.1),
    "teak": Look("#a9783f", "#7b5227", "streaked", 1.0),
    "iroko": Look("#a67a42", "#7a5529", "streaked", 1.0),
    "ipe": Look("#6b5036", "#463220", "streaked", 0.8),
    "mdf": Look("#b39570", "#a68862", "plain", 2.0),
    "particleboard": Look("#c4a678", "#a98a5c", "plain", 2.0),
    "plywood_poplar": Look("#dccb98", "#bfab78", "plain", 1.5),
    "plywood_baltic_birch": Look("#e3cb9b", "#c9aa74", "plain", 1.4),
    "acrylic": Look("#e8e4da", "#dcd7ca", "plain", 3.0),
    "phenolic_paper": Look("#2a211c", "#211915", "plain", 3.0),
    "aluminium_6061": Look("#c9ccd0", "#b4b8bd", "straight", 0.4),
    "brass_360": Look("#d3ab4f", "#b98f37", "straight", 0.4),
    "bone": Look("#f3ead2", "#e2d4b2", "plain", 2.0),
    "mother_of_pearl": Look("#ece7e2", "#cfd8dc", "shell", 1.6),
    "abalone": Look("#5aa39b", "#2d6f86", "shell", 1.2),
    "corian": Look("#f2f0ea", "#e6e3da", "plain", 3.0),
    "carbon_fibre": Look("#2b2d30", "#17181a", "straight", 0.5),
    "maple_hard_roasted": Look("#a8713f", "#8a5729", "plain", 1.4),
    "spruce_sitka_torrefied": Look("#cfa76d", "#a87c44", spacing_mm=0.9),
    "snakewood": Look("#8a3f22", "#2f130b", "curly", 0.8),
    "indian_laurel": Look("#6e4c2f", "#40291a", "streaked", 0.9),
    "granadillo": Look("#8f4529", "#5d2818", "streaked", 0.9),
    "rosewood_madagascar": Look("#713629", "#3d1a15", "streaked", 0.9),
    "rosewood_amazon": Look("#6f3d2a", "#382018", "streaked", 0.9),
    "sipo": Look("#8d4f35", "#663522", "streaked", 0.7),
    "lacewood": Look("#b4764e", "#855031", "curly", 1.2),
    "walnut_claro": Look("#6b4a31", "#3c281a", "curly", 1.0),
    "monkeypod": Look("#8f623a", "#5e3d22", "streaked", 1.2),
    "myrtle": Look("#b59262", "#8a6a42", "curly", 1.1),
    "beech_european": Look("#ddb58d", "#bd9068", "plain", 1.1),
    "ash_european": Look("#e6d2aa", "#c2a070", "streaked", 1.4),
    "pear": Look("#cf9f7b", "#b58260", "plain", 1.3),
    "lime_european": Look("#eddfc0", "#dac7a0", "plain", 1.5),
    "paulownia": Look("#d9c2a0", "#b89d78", "streaked", 1.8),
    "balsa": Look("#f0e3cb", "#ddcbae", "plain", 1.8),
    "nyatoh": Look("#a9704f", "#835138", "plain", 1.1),
    "hdf": Look("#8f7350", "#836846", "plain", 2.0),
    "plywood_okoume": Look("#cf9f7d", "#b07f5e", "plain", 1.5),
    "micarta_linen": Look("#7a6236", "#6a5430", "plain", 0.8),
    "g10": Look("#b9c08a", "#a6ad78", "plain", 0.8),
    "hdpe": Look("#f4f4f0", "#e9e9e3", "plain", 3.0),
    "acetal": Look("#f1f0ea", "#e6e4dc", "plain", 3.0),
    "polycarbonate": Look("#e3eaec", "#d6dfe2", "plain", 3.0),
    "pvc": Look("#f2efe4", "#e5e0d2", "plain", 3.0),
    "celluloid": Look("#efe3c4", "#e0d0a8", "plain", 3.0),
    "nickel_silver": Look("#cfccc2", "#bab7ad", "straight", 0.4),
}
DARK, LIGHT = LOOKS["ebony_african"], LOOKS["maple_hard"]
TOP = LOOKS["spruce_european"]
SHELL_TINTS: Mapping[str, tuple[str, ...]] = {
    "abalone": ("#7fd1b9", "#3b8ea5", "#d98fb5", "#2f5f8a", "#b6e3a8", "#8a6fb3", "#49b0a6"),
    "mother_of_pearl": ("#ffffff", "#d9e8ea", "#f3d9e0", "#e6e0f0", "#dff0e4", "#f6efe0"),
}


def look_of(material_id: str, fallback: Look) -> Look:
    """How a material looks; unknown ones as the fallback."""
    return LOOKS.get(material_id, fallback)
