"""What is different from the last time a part was finished."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from foundation.canonical_json import JsonMapping, JsonValue
from foundation.json_members import text
from runs_svc.domain.runs.run_diff import Difference, diff
from runs_svc.domain.runs.run_document import RunDocument, write
from runs_svc.domain.runs.run_view import RunView
from runs_svc.domain.sheet.setup import Setup
from runs_svc.domain.sheet.sheet import Compared
from runs_svc.domain.sheet.texts import Texts

_MOST_CHANGES = 20
_PRESETS = ("inputs.context.tool.tool_id", "inputs.context.material.material_id", "inputs.context.machine.machine_id")
_UNITS: Mapping[str, str] = {
    "_percent": "%",
    "_rpm": "rpm",
    "_deg": "°",
    "_n": "N",
    "_mpa": "MPa",
    "_c": "°C",
    "_s": "s",
}


@dataclass(frozen=True, slots=True)
class LastFinished:
    """A run of the same part that was finished, and the step that says so."""

    view: RunView
    step: JsonMapping


def compare(last: LastFinished, view: RunView, setup: Setup, texts: Texts) -> Compared:
    """What matters at the machine and is different now."""
    before, now = last.view, view
    found = [_said(item, setup, texts) for item in diff(_inputs(before.document), _inputs(now.document))]
    programs = _digests(before), _digests(now)
    changes = list(dict.fromkeys(found))
    if programs[0] != programs[1]:
        changes.insert(0, f"{texts.word('program')}: {_listed(before, texts)} → {_listed(now, texts)}")
    return Compared(
        run_id=str(before.run_id),
        instrument_serial=text(last.step, "instrument_serial") or before.document.linkage.get("instrument_serial", ""),
        finished_at_utc=text(last.step, "created_at_utc"),
        changes=changes[:_MOST_CHANGES],
        left_out=max(len(changes) - _MOST_CHANGES, 0),
    )


def _inputs(document: RunDocument) -> JsonMapping:
    return {"inputs": write(document)["inputs"]}


def _digests(view: RunView) -> Sequence[str]:
    return [program.sha256 for program in view.programs.programs]


def _listed(view: RunView, texts: Texts) -> str:
    names = [f"{program.name} ({program.sha256[:12]})" for program in view.programs.programs]
    return ", ".join(names[:3]) + (" …" if len(names) > 3 else "") if names else texts.word("absent")


def _said(item: Difference, setup: Setup, texts: Texts) -> str:
    return f"{_name(item, texts)} {_value(item.path, item.left, texts)} → {_value(item.path, item.right, texts)}"


def _name(item: Difference, texts: Texts) -> str:
    """What the value is called: its term, and which part of it where the term stands for several."""
    leaf = item.path.rpartition(".")[2]
    if item.path in _PRESETS or not item.term:
        return texts.known_word(item.term or leaf)
    if item.term in {"tool", "material", "machine", "stock", "design"}:
        return f"{texts.known_word(item.term)}, {_plain(leaf)}"
    return texts.known_word(item.term)


def _plain(leaf: str) -> str:
    leaf = leaf.partition("[")[0]
    for suffix in ("_mm_per_min", "_mm", *_UNITS):
        leaf = leaf.removesuffix(suffix)
    return leaf.replace("_", " ")


def _value(path: str, value: JsonValue, texts: Texts) -> str:
    if value is None:
        return texts.word("absent")
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return _number(path, float(value), texts)
    if isinstance(value, str):
        return texts.known_word(value)[:80]
    return "…"


def _number(path: str, value: float, texts: Texts) -> str:
    if path.endswith("_mm_per_min"):
        return texts.feed(value).text
    if path.endswith("_mm"):
        return texts.plain_length(value)
    if path.endswith("_rpm"):
        return texts.speed(value).text
    unit = next((unit for suffix, unit in _UNITS.items() if path.endswith(suffix)), "")
    return texts.quantity(value, unit) if unit else texts.number(value)
