"""A page of a printed sheet: texts in a font with the letters of Europe, rules, boxes, drawings, marks of levels."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

import font_source_sans_pro  # type: ignore[import-untyped]
import segno
from fpdf import FPDF
from fpdf.enums import XPos, YPos

from runs_svc.domain.sheet.drawing import TEXT_HEIGHT, Circle, Label, Shape, Weight
from runs_svc.domain.sheet.drawing import Path as Line

_FONT = "sheet"
_FILES = Path(font_source_sans_pro.__file__).parent / "files"
_STYLES: Mapping[Literal["", "B", "I"], str] = {"": "Regular", "B": "Semibold", "I": "It"}
_LACKING = "\u25a1"
"""Stands for a letter that the font does not have; the HTML sheet shows it."""
_WIDTHS: Mapping[Weight, float] = {Weight.CUT: 0.5, Weight.EDGE: 0.3, Weight.THIN: 0.15, Weight.DASHED: 0.2}
_LINE = 1.28
"""Height of a line of text, in heights of its letters."""
_MM_PER_POINT = 0.3528
_QR_BORDER = 4
Style = Literal["", "B", "I"]
Mark = Sequence[Sequence[tuple[float, float]]]
_MARKS: Mapping[str, Mark] = {
    "YELLOW": (((12, 2), (23, 21), (1, 21), (12, 2)), ((12, 9), (12, 15)), ((12, 17), (12, 18.5))),
    "RED": (
        ((8, 1), (16, 1), (23, 8), (23, 16), (16, 23), (8, 23), (1, 16), (1, 8), (8, 1)),
        *(((6, 11), (18, 11)), ((6, 12), (18, 12)), ((6, 13), (18, 13))),
    ),
    "ERROR": (((2, 2), (22, 2), (22, 22), (2, 22), (2, 2)), ((7, 7), (17, 17)), ((17, 7), (7, 17))),
    "GREEN": (((7, 12), (11, 16), (17, 8)),),
}
_UNKNOWN: Mark = (
    ((12, 1), (23, 12), (12, 23), (1, 12), (12, 1)),
    *(((9.5, 9.5), (12, 7), (14.5, 9.5), (12, 12.5), (12, 14)), ((12, 16.5), (12, 18))),
)
_ALIKE = {"WARNING": "YELLOW"}
logging.getLogger("fontTools").setLevel(logging.WARNING)  # it tells of every table it leaves out


class Page(FPDF):
    """Pages of one sheet. Further pages begin with a line that says what they belong to."""

    def __init__(self, paper: str, head: str, made: datetime | None) -> None:
        super().__init__(format=paper)
        for style, name in _STYLES.items():
            self.add_font(_FONT, style, _FILES / f"SourceSansPro-{name}.ttf")
        self._known = frozenset(self.fonts[_FONT].cmap)  # type: ignore[union-attr]  # it is a font of a file
        self._head = head
        self.set_margins(12, 11)
        self.c_margin = 0.0
        self.set_auto_page_break(auto=True, margin=14)
        if made is not None:
            self.set_creation_date(made)
        self.add_page()

    def header(self) -> None:
        if self.page_no() > 1:
            self.write_text(self._head, size=9, style="B")
            self.rule()

    def footer(self) -> None:
        self.set_y(-10)
        self.set_font(_FONT, size=8)
        self.cell(0, 4, f"{self.page_no()} / {{nb}}", align="R")

    @property
    def room(self) -> float:
        """What is left of the page, in mm."""
        return float(self.page_break_trigger - self.get_y())

    def printable(self, text: str) -> str:
        """The text as the font can write it: in lines, without controls."""
        shown = (character if character in "\n" or character.isprintable() else " " for character in text)
        return "".join(item if item == "\n" or ord(item) in self._known else _LACKING for item in shown)

    def write_text(
        self, text: str, *, size: float = 9.5, style: Style = "", x: float | None = None, width: float = 0
    ) -> None:
        """A text over as many lines as it takes; the place moves below it."""
        self.set_font(_FONT, style, size)
        self.set_x(self.l_margin if x is None else x)
        height = size * _MM_PER_POINT * _LINE
        self.multi_cell(width, height, self.printable(text), align="L", new_x=XPos.LEFT, new_y=YPos.NEXT)

    def write_digest(self, text: str, *, size: float, x: float | None = None, width: float = 0) -> None:
        """As `write_text`, for hexadecimal digits: all of one width."""
        self.set_font("Courier", size=size)
        self.set_x(self.l_margin if x is None else x)
        self.multi_cell(width, size * _MM_PER_POINT * _LINE, text, align="L", new_x=XPos.LEFT, new_y=YPos.NEXT)

    def rule(self, x: float | None = None, width: float | None = None, weight: float = 0.2) -> None:
        left = self.l_margin if x is None else x
        self.set_line_width(weight)
        y = self.get_y() + 0.4
        self.line(left, y, left + (self.epw if width is None else width), y)
        self.set_y(y + 0.8)

    def heading(self, text: str, *, x: float | None = None, width: float | None = None, needs: float = 14.0) -> None:
        """A heading with a rule below, on a page that has room for something after it."""
        if x is None and self.room < needs:
            self.add_page()
        self.set_y(self.get_y() + 1.8)
        self.write_text(text, size=10.5, style="B", x=x, width=width or 0)
        self.rule(x, width)

    def mark(self, level: str, x: float, y: float, size: float) -> None:
        """The shape of a level."""
        self.set_line_width(0.3)
        if level == "GREEN":
            self.circle(x + size / 2, y + size / 2, size / 2)
        for line in _MARKS.get(_ALIKE.get(level, level), _UNKNOWN):
            self.polyline([(x + size * px / 24, y + size * py / 24) for px, py in line])

    def drawing(self, shapes: Sequence[Shape], x: float, y: float, scale: float) -> None:
        """Shapes of a canvas, of which a unit is so many mm."""
        for shape in shapes:
            match shape:
                case Line(points, weight, closed):
                    self._stroke(weight)
                    places = [(x + px * scale, y + py * scale) for px, py in points]
                    self.polyline([*places, places[0]] if closed else places)
                case Circle((cx, cy), radius, weight):
                    self._stroke(weight)
                    self.circle(x + cx * scale, y + cy * scale, radius * scale)
                case Label((px, py), text, anchor):
                    self._label(x + px * scale, y + py * scale, text, anchor, TEXT_HEIGHT * scale / _MM_PER_POINT)
        self.set_dash_pattern()

    def _stroke(self, weight: Weight) -> None:
        self.set_line_width(_WIDTHS[weight])
        if weight is Weight.DASHED:
            self.set_dash_pattern(1.2, 0.8)
        else:
            self.set_dash_pattern()

    def _label(self, x: float, y: float, text: str, anchor: str, size: float) -> None:
        self.set_font(_FONT, size=size)
        shown = self.printable(text)
        shift = {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor]
        self.text(x - self.get_string_width(shown) * shift, y, shown)

    def qr_code(self, text: str, x: float, y: float, size: float) -> None:
        """A code with the quiet zone that readers want."""
        rows = [list(row) for row in segno.make_qr(text, error="m").matrix_iter(border=_QR_BORDER)]
        module = size / len(rows)
        for place_y, row in enumerate(rows):
            for place_x, dark in enumerate(row):
                if dark:  # a little wider, so that no light lines stand between
                    self.rect(x + place_x * module, y + place_y * module, module * 1.02, module * 1.02, style="F")
