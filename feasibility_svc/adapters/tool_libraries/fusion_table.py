"""Fusion's export of a tool library as CSV: a row for each preset, rows of one tool having one index."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from feasibility_svc.adapters.tool_libraries.fusion import read_fusion_tool
from feasibility_svc.domain.catalogue.tool_library import LibraryTool
from foundation.canonical_json import JsonObject

_TOKEN = re.compile(r"\(((?:tool|preset|use_tool|holder|shaft)_\w+)\)\s*\Z")
_GEOMETRY = {
    "tool_diameter": "DC", "tool_numberOfFlutes": "NOF", "tool_fluteLength": "LCF", "tool_shaftDiameter": "SFDM",
    "tool_bodyLength": "LB", "tool_cornerRadius": "RE", "tool_taperAngle": "TA", "tool_tipDiameter": "tip-diameter",
    "tool_tipAngle": "SIG",
}  # fmt: skip
_ITEM = {
    "tool_type": "type", "tool_unit": "unit", "tool_description": "description", "tool_material": "BMC",
    "tool_productId": "product-id",
}  # fmt: skip
_PRESET = {
    "preset_name": "name", "tool_spindleSpeed": "n", "tool_feedCutting": "v_f", "tool_feedPlunge": "v_f_plunge",
    "tool_stepdown": "stepdown", "tool_stepover": "stepover", "use_tool_stepdown": "use-stepdown",
    "use_tool_stepover": "use-stepover",
}  # fmt: skip
_MATTERS = re.compile(r"\Atool_(?:\w*(?:[Rr]adius|[Dd]iameter|[Aa]ngle|[Ww]idth)|numberOfTeeth)\Z")
"""Columns of geometry; the many others say how a program orders, cools or offsets."""
_SET_ASIDE = frozenset({"tool_angle", "tool_rampAngle", "tool_shoulderDiameter", "tool_shaftAxisAngle"})


def is_fusion_table(header: Sequence[str]) -> bool:
    """Whether a table has Fusion's own names in its titles."""
    return {"tool_type", "tool_diameter"} <= {_token(title) for title in header}


def read_fusion_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[LibraryTool]:
    """The tools of an export; a unit stands in each row."""
    tokens = [_token(title) for title in header]
    tools: dict[object, LibraryTool] = {}
    for place, cells in enumerate(rows):
        row = {token: cell.strip() for token, cell in zip(tokens, cells, strict=False) if token and cell.strip()}
        tool = _tool(row)
        index = row.get("tool_index")
        key: object = place if index is None else (index, tool.display_name, str(sorted(tool.numbers.items())))
        known = tools.get(key)
        tools[key] = tool if known is None else _with_presets(known, tool)
    return list(tools.values())


def _token(title: str) -> str:
    match = _TOKEN.search(title)
    return match[1] if match else ""


def _with_presets(known: LibraryTool, more: LibraryTool) -> LibraryTool:
    return replace(known, presets=tuple(dict.fromkeys((*known.presets, *more.presets))))


def _tool(row: Mapping[str, str]) -> LibraryTool:
    """A row as the tool that Fusion's JSON would describe with the same words."""
    preset: JsonObject = {name: row[token] for token, name in _PRESET.items() if token in row}
    query, category = row.get("tool_presetMaterialQuery", ""), row.get("tool_presetMaterialCategory", "")
    preset["material"] = {"query": query, "category": category}
    item: JsonObject = {name: row[token] for token, name in _ITEM.items() if token in row}
    item["geometry"] = {name: row[token] for token, name in _GEOMETRY.items() if token in row}
    item["post-process"] = {"number": row.get("tool_number")}
    item["start-values"] = {"presets": [preset] if len(preset) > 1 else []}
    tool = read_fusion_tool(item)
    known = {*_GEOMETRY, *_SET_ASIDE}
    unread = [token for token in row if _MATTERS.match(token) and token not in known and row[token] != "0"]
    if tool.skipped or not unread:
        return tool
    return replace(tool, remarks=[*tool.remarks, "not read: " + ", ".join(unread)])
