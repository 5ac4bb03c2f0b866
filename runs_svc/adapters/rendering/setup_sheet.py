"""The setup sheet as one HTML page that needs nothing else: styles, drawings and the QR code are inside."""

import io

import jinja2
import segno
from markupsafe import Markup

from foundation.visible_text import shown
from runs_svc.adapters.rendering.level_marks import level_mark
from runs_svc.adapters.rendering.part_svg import part_svg, tool_mark
from runs_svc.domain.sheet.texts import short_digest
from runs_svc.ports import PrintedSheet


def _seen(value: object) -> object:
    """A value as it goes into the page: what nobody sees in a text of others, or what turns it round, as its code."""
    return shown(value) if isinstance(value, str) and not isinstance(value, Markup) else value


_TEMPLATES = jinja2.Environment(
    loader=jinja2.PackageLoader("runs_svc.adapters", "templates"),
    autoescape=True,
    finalize=_seen,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


class HtmlSheets:
    def write(self, printed: PrintedSheet) -> bytes:
        sheet = printed.sheet
        text = _TEMPLATES.get_template("setup_sheet.html.j2").render(
            sheet=sheet,
            word=sheet.texts.word,
            texts=sheet.texts,
            printed=printed,
            picture=printed.picture.decode(),
            paper=printed.paper.value,
            qr_code=_qr_code(sheet.code),
            mark=level_mark,
            tool_mark=tool_mark,
            drawing=part_svg(sheet.drawing),
            short_digest=short_digest,
        )
        return text.encode()


def _qr_code(text: str) -> str:
    """The code as an SVG element that takes the size its place has. Four light modules around it, as readers want."""
    out = io.BytesIO()
    segno.make_qr(text, error="m").save(out, kind="svg", xmldecl=False, svgns=False, border=4, omitsize=True)
    return out.getvalue().decode()
