"""The items of a check list in words."""

from collections.abc import Sequence

from runs_svc.domain.runs.run_view import RunView
from runs_svc.domain.sheet.items import Item, ItemKind
from runs_svc.domain.sheet.operation import outermost_mm
from runs_svc.domain.sheet.sheet import SheetTool
from runs_svc.domain.sheet.texts import Texts, short_digest

_ROOM_MM = 10.0
"""How far from the outermost cut a clamp should stay: a collet nut is about 20 mm wide."""


def item_texts(
    items: Sequence[Item], view: RunView, tools: Sequence[SheetTool], offsets: Sequence[str], texts: Texts
) -> Sequence[tuple[Item, str]]:
    """What each item asks for."""
    by_number = {-1 if tool.number is None else tool.number: tool for tool in tools}
    programs = view.programs.programs

    def said(item: Item) -> str:
        match item.kind:
            case ItemKind.TOOL:
                return _tool(by_number[item.place], texts)
            case ItemKind.PROGRAM:
                program = programs[item.place]
                return texts.word("item_program", name=program.name, digest=short_digest(program.sha256))
            case ItemKind.ZERO:
                named = ", ".join(offsets)
                if not programs and any("BLADE" in tool.outline for tool in tools):
                    return texts.word("item_zero_blade")
                return texts.word("item_zero", offset=named) if named else texts.word("item_zero_plain")
            case ItemKind.HOLDING:
                return _holding(view, texts)
            case _:
                return texts.word(f"item_{item.kind}")

    return [(item, said(item)) for item in items]


def _tool(tool: SheetTool, texts: Texts) -> str:
    blade = "BLADE" in tool.outline
    if tool.number is None and blade:
        return texts.word("item_blade_plain")
    named = "" if tool.number is None else f"T{tool.number}"
    if blade:
        return texts.word("item_blade", tool=named)
    stickout = ""
    if tool.stickout_mm is not None:
        stickout = texts.word("item_stickout", value=texts.plain_length(tool.stickout_mm))
    if not named:
        return texts.word("item_tool_plain", stickout=stickout)
    return texts.word("item_tool", tool=named, stickout=stickout)


def _holding(view: RunView, texts: Texts) -> str:
    outermost = outermost_mm(view.document.inputs.design)
    if outermost is None:
        return texts.word("item_holding")
    clear = 2 * (outermost + _ROOM_MM)
    return texts.word("item_holding_round", value=texts.plain_length(round(clear)))
