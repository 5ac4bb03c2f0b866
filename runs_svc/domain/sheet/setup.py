"""With what a run is cut: what its context says, over what the catalogue says of the presets it names."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from foundation.canonical_json import JsonMapping
from foundation.json_members import child, number, text
from runs_svc.domain.runs.run_view import RunView
from runs_svc.domain.sheet.texts import Texts

GROUPS = ("material", "tool", "machine")
"""What a context takes from the catalogue."""
Entries = Mapping[str, JsonMapping]
"""An entry of the catalogue for each group of which one is known: its members, and its `display_name`."""


@dataclass(frozen=True, slots=True)
class Setup:
    """With what a run is cut."""

    context: JsonMapping
    entries: Entries = field(default_factory=dict)
    """Empty where the catalogue could not be asked."""

    def group(self, name: str) -> JsonMapping:
        """Members of a group; those of the context win."""
        return {**self.entries.get(name, {}), **child(self.context, name)}

    def preset_id(self, name: str) -> str:
        """The preset a context names; "" for none."""
        return text(child(self.context, name), f"{name}_id")

    def name(self, name: str, texts: Texts) -> str:
        """What people call the wood, the tool or the machine; "" where nothing is known of it."""
        entry, own = self.entries.get(name, {}), child(self.context, name)
        said = text(entry, "display_name") or text(own, "species") or text(own, "name")
        if said:
            return said
        if preset := self.preset_id(name):
            return preset.replace("_", " ")
        kind = text(own, "kind")
        return texts.known_word(kind) if kind else ""

    def tool_text(self, tool: JsonMapping, texts: Texts, *, depth_mm: float | None) -> str:
        """Diameter, flutes, stick-out and depth in one line, as far as they are known."""
        parts: list[str] = []
        if (diameter := number(tool, "diameter_mm")) is not None:
            parts.append(f"Ø {texts.plain_length(diameter)}")
        if (flutes := number(tool, "flute_count")) is not None:
            parts.append(_edges(int(flutes), texts, is_blade="BLADE" in text(tool, "kind")))
        if (angle := number(tool, "tip_angle_deg")) is not None:
            parts.append(texts.word("tip", value=f"{texts.number(angle)}°"))
        if (kerf := number(tool, "kerf_mm")) is not None:
            parts.append(texts.word("kerf", value=texts.plain_length(kerf)))
        if (stickout := number(tool, "stickout_mm")) is not None:
            parts.append(texts.word("stickout", value=texts.plain_length(stickout)))
        if (edge := number(tool, "flute_length_mm")) is not None:
            parts.append(texts.word("flute_length", value=texts.plain_length(edge)))
        if depth_mm is not None:
            parts.append(texts.word("depth_total", value=texts.plain_length(depth_mm)))
        if wear := text(tool, "wear"):
            parts.append(texts.known_word(wear))
        return " · ".join(parts) or texts.word("not_known")


def is_sawn(view: RunView, setup: Setup) -> bool:
    """Whether a person cuts at a saw: with a blade, and no program."""
    return "BLADE" in text(setup.group("tool"), "kind") and not view.programs.programs


def _edges(count: int, texts: Texts, *, is_blade: bool) -> str:
    if is_blade:
        return texts.word("teeth", count=count)
    return texts.word("flute") if count == 1 else texts.word("flutes", count=count)
