"""The setup sheet on pages: one for the usual job, further ones for what does not fit, never smaller type."""

import io

from fpdf.util import Padding
from PIL import Image

from foundation.json_members import number, text
from foundation.timestamps import read_time
from runs_svc.adapters.rendering.pdf_page import Page
from runs_svc.domain.sheet.drawing import HEIGHT, WIDTH
from runs_svc.domain.sheet.sheet import Group, SetupSheet, SheetItem, SheetTool
from runs_svc.domain.sheet.texts import short_digest
from runs_svc.domain.sheet.tool_drawing import draw_tool
from runs_svc.ports import PrintedSheet

_GAP, _LABEL = 7.0, 24.0
_PICTURE, _CODE = 26.0, 28.0
_TOOLS_BESIDE = 3
"""So many tools stand beside the stock; the others below."""
_MOST_BESIDE, _LONGEST_BESIDE, _ROOM_BESIDE = 6, 500, 64.0
"""So many warnings and changes of so many letters stand beside each other, and the room they may take."""
_ROOM_OF_COLUMNS = 120.0
_PROGRAM_COLUMNS = (62.0, 48.0, 24.0, 22.0)


def lay_out(printed: PrintedSheet) -> bytes:
    """The PDF of a sheet."""
    sheet, texts = printed.sheet, printed.sheet.texts
    head = f"{sheet.title} · {texts.word('serial')} {sheet.instrument_serial or texts.word('not_known')} · "
    made = read_time(printed.printed_at_utc) if printed.printed_at_utc else None
    page = Page(printed.paper.value, f"{head}{sheet.run_id} · {sheet.sha256[:16]}", made)
    page.set_title(page.printable(f"{texts.word('sheet')} {sheet.title}"))
    page.set_lang(texts.language.value)
    _Layout(page, sheet).whole(printed)
    return bytes(page.output())


class _Layout:
    def __init__(self, page: Page, sheet: SetupSheet) -> None:
        self._page = page
        self._sheet = sheet
        self._texts = sheet.texts

    def whole(self, printed: PrintedSheet) -> None:
        page, sheet, word = self._page, self._sheet, self._texts.word
        if not sheet.released:
            self._band()
        self._head(printed.picture)
        self._columns()
        for tool in sheet.tools[_TOOLS_BESIDE:]:
            self._tool(tool, page.l_margin, page.epw)
        self._programs()
        self._warnings_and_changes()
        if sheet.released:
            self._checks()
        page.set_y(page.get_y() + 3)
        printed_at = printed.printed_at_utc
        page.write_text(
            word("printed", time=self._texts.moment(printed_at), record=sheet.document_sha256, sheet=sheet.sha256),
            size=7,
        )

    def _band(self) -> None:
        page = self._page
        said = f"{self._texts.word('not_released')}: {self._sheet.not_released}"
        page.set_fill_color(0)
        page.set_text_color(255)
        page.set_font("sheet", "B", 12)
        page.multi_cell(
            0, 6.4, page.printable(said), fill=True, padding=Padding(1.5, 3, 1.5, 3), new_x="LMARGIN", new_y="NEXT"
        )
        page.set_text_color(0)
        page.set_y(page.get_y() + 2.5)

    def _head(self, picture: bytes) -> None:
        page, sheet, word, top = self._page, self._sheet, self._texts.word, self._page.get_y()
        right = page.l_margin + page.epw
        page.qr_code(sheet.code, right - _CODE, top, _CODE)
        width = page.epw - _CODE - 3
        if picture:
            grey = Image.open(io.BytesIO(picture)).convert("L")
            page.image(grey, x=right - _CODE - _PICTURE - 3, y=top, w=_PICTURE)
            width -= _PICTURE + 3
        recorded = (
            f"{word('sheet')} · {sheet.run_id} · {word('recorded')} {self._texts.moment(sheet.recorded_at_utc)} UTC"
        )
        page.write_text(recorded, size=8.5, width=width)
        page.write_text(sheet.title, size=17, style="B", width=width)
        unknown = word("not_known")
        who = f"{word('serial')} {sheet.instrument_serial or unknown} · {word('operator')} {sheet.operator or unknown}"
        page.write_text(who, size=11, width=width)
        page.mark(sheet.risk_level, page.l_margin, page.get_y() + 0.5, 4.2)
        page.write_text(self._level(), size=11, style="B", x=page.l_margin + 6, width=width - 6)
        if sheet.override is not None:
            page.write_text(f"“{text(sheet.override, 'reason')}”", size=9, style="I", width=width)
        page.set_y(max(page.get_y(), top + _CODE))
        page.rule(weight=0.4)

    def _level(self) -> str:
        sheet, word = self._sheet, self._texts.word
        score = "" if sheet.score is None else f" {self._texts.number(sheet.score, 0)} {word('of_100')}"
        if sheet.override is not None:
            time = self._texts.moment(text(sheet.override, "created_at_utc"))
            gate = word("gate_opened", person=text(sheet.override, "person"), time=time)
        else:
            gate = word("not_released") if sheet.gate == "BLOCKED" else word("gate_open")
        return f"{self._texts.known_word(sheet.risk_level)}{score} · {gate}"

    def _columns(self) -> None:
        """Stock and part on the left, tools and feeds on the right. What they hold is bounded, so they fit a page."""
        page, sheet = self._page, self._sheet
        if page.room < _ROOM_OF_COLUMNS:
            page.add_page()
        top, width = page.get_y(), (page.epw - _GAP) / 2
        left, right = page.l_margin, page.l_margin + width + _GAP
        page.set_auto_page_break(auto=False)
        self._group(sheet.groups[0], left, width)
        if sheet.drawing:
            page.heading(self._texts.word("drawing"), x=left, width=width)
            scale = width * 0.9 / WIDTH
            page.drawing(sheet.drawing, left, page.get_y(), scale)
            page.set_y(page.get_y() + HEIGHT * scale)
        below = page.get_y()
        page.set_y(top)
        page.heading(self._texts.word("tools_in_order"), x=right, width=width)
        for tool in sheet.tools[:_TOOLS_BESIDE]:
            self._tool(tool, right, width)
        for group in sheet.groups[1:]:
            self._group(group, right, width)
        page.set_y(max(page.get_y(), below))
        page.set_auto_page_break(auto=True, margin=14)

    def _group(self, group: Group, x: float, width: float) -> None:
        page = self._page
        page.heading(group.title, x=x, width=width)
        for row in group.rows:
            top = page.get_y()
            page.write_text(row.label, x=x, width=_LABEL)
            below = page.get_y()
            page.set_y(top)
            other = f" ({row.said.other})" if row.said.other else ""
            style = "I" if not row.said.known else "B" if row.row_id in {"zero", "measured"} else ""
            page.write_text(row.said.text + other, x=x + _LABEL, width=width - _LABEL, style=style)  # type: ignore[arg-type]
            page.set_y(max(page.get_y(), below))

    def _tool(self, tool: SheetTool, x: float, width: float) -> None:
        page, top = self._page, self._page.get_y()
        if page.room < 16:
            page.add_page()
            top = page.get_y()
        page.drawing(draw_tool(tool), x, top, 0.22)
        named = "" if tool.number is None else f"T{tool.number}: "
        page.write_text(f"{named}{tool.name}", style="B", x=x + 11, width=width - 11)
        page.write_text(tool.text, x=x + 11, width=width - 11)
        page.set_y(max(page.get_y(), top + 15))

    def _programs(self) -> None:
        page, sheet, word = self._page, self._sheet, self._texts.word
        page.heading(word("programs_in_order"))
        if not sheet.programs:
            page.write_text(word("no_program"))
            return
        heads = [word(name) for name in ("file", "digest", "time", "lowest_z", "extent")]
        self._line(heads)
        for place, program in enumerate(sheet.programs, start=1):
            cells = [f"{place}  {program.name}", short_digest(program.sha256)]
            self._line([*cells, program.time_text, program.lowest_z_text, program.extent_text], style="B")

    def _line(self, cells: list[str], *, style: str = "") -> None:
        page, x, top = self._page, self._page.l_margin, self._page.get_y()
        if page.room < 8:
            page.add_page()
            top = page.get_y()
        widths = [*_PROGRAM_COLUMNS, page.epw - sum(_PROGRAM_COLUMNS)]
        below = top
        for place, (cell, width) in enumerate(zip(cells, widths, strict=True)):
            page.set_y(top)
            page.write_text(cell, x=x, width=width - 1, style="B" if style and place == 0 else "")
            below, x = max(below, page.get_y()), x + width
        page.set_y(below)

    def _warnings_and_changes(self) -> None:
        """Beside each other where both are short, as they are in the usual job."""
        page, sheet = self._page, self._sheet
        changes = [] if sheet.compared is None else list(sheet.compared.changes)
        said = [warning.text for warning in sheet.warnings]
        said += [] if sheet.acceptance is None else [text(sheet.acceptance, "reason")]
        if any(len(lines) > _MOST_BESIDE or sum(map(len, lines)) > _LONGEST_BESIDE for lines in (said, changes)):
            self._warnings(page.l_margin, page.epw)
            self._changes(page.l_margin, page.epw)
            return
        if page.room < _ROOM_BESIDE:
            page.add_page()
        top, width = page.get_y(), (page.epw - _GAP) / 2
        page.set_auto_page_break(auto=False)
        self._warnings(page.l_margin, width)
        below = page.get_y()
        page.set_y(top)
        self._changes(page.l_margin + width + _GAP, width)
        page.set_y(max(page.get_y(), below))
        page.set_auto_page_break(auto=True, margin=14)

    def _warnings(self, x: float, width: float) -> None:
        page, sheet, word = self._page, self._sheet, self._texts.word
        page.heading(word("open_warnings"), x=x, width=width)
        for warning in sheet.warnings:
            if page.room < 8:
                page.add_page()
            page.mark(warning.risk_level or warning.finding_level, x, page.get_y() + 0.4, 3.6)
            page.write_text(warning.text, x=x + 5.5, width=width - 5.5)
        if not sheet.warnings:
            page.write_text(word("nothing"), x=x, width=width)
        accepted = sheet.acceptance
        if accepted is not None:
            said = word("accepted_by", person=text(accepted, "person"), reason=text(accepted, "reason"))
            page.write_text(said, x=x, width=width)

    def _changes(self, x: float, width: float) -> None:
        page, compared, word = self._page, self._sheet.compared, self._texts.word
        if compared is None:
            page.heading(word("changed_never"), x=x, width=width)
            page.write_text(word("first_time"), x=x, width=width)
            return
        serial = compared.instrument_serial
        since = word("changed_since", serial=serial) if serial else word("changed_since_run", run=compared.run_id)
        page.heading(since, x=x, width=width)
        for change in compared.changes:
            page.write_text(f"· {change}", x=x, width=width)
        if compared.left_out:
            page.write_text(word("more_changes", count=compared.left_out), x=x, width=width)
        if not compared.changes:
            page.write_text(word("nothing_changed"), x=x, width=width)

    def _checks(self) -> None:
        page, sheet, word = self._page, self._sheet, self._texts.word
        page.heading(word("check_list"), needs=6.1 * min(len(sheet.items), 12) + 24)
        for item in sheet.items:
            self._item(item)
        if page.room < 18:
            page.add_page()
        page.rule()
        page.write_text(word("declaration"), style="B")
        page.set_y(page.get_y() + 1.5)
        if sheet.signature is not None:
            time = self._texts.moment(text(sheet.signature, "created_at_utc"))
            page.write_text(word("signed_by", person=text(sheet.signature, "person"), time=time))
        else:
            page.write_text(f"{word('sign_here')} {'_' * 58}")

    def _item(self, item: SheetItem) -> None:
        page, left = self._page, self._page.l_margin
        if page.room < 9:
            page.add_page()
        top = page.get_y() + 0.8
        page.set_line_width(0.35)
        page.rect(left, top, 4, 4)
        if item.done:
            page.polyline([(left + 0.8, top + 2.1), (left + 1.8, top + 3.2), (left + 3.4, top + 0.7)])
        said = item.text if item.item.required else f"{item.text} ({self._texts.word('optional')})"
        if item.item.takes_measure:
            measured = number(item.mark, "measured_mm") if item.mark is not None and item.done else None
            value = f"______ {self._texts.unit}" if measured is None else self._texts.plain_length(measured)
            said = f"{said}    {self._texts.word('thickness')} {value}"
        by = ""
        if item.done and item.mark is not None:
            by = f"{text(item.mark, 'person')} {self._texts.moment(text(item.mark, 'created_at_utc'))}"
        page.set_y(top - 0.2)
        page.write_text(said, x=left + 6.5, width=page.epw - 62)
        below = page.get_y()
        page.set_y(top - 0.2)
        page.write_text(by, size=8.5, x=left + page.epw - 54, width=54)
        page.set_y(max(page.get_y(), below, top + 5.2))
