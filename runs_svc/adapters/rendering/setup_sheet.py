"""The setup sheet as one HTML page that needs nothing else: styles and the QR code are inside."""

import io

import jinja2
import segno

from runs_svc.domain.runs.setup_sheet import SetupSheet

_TEMPLATES = jinja2.Environment(
    loader=jinja2.PackageLoader("runs_svc.adapters", "templates"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


class HtmlSheets:
    def write(self, sheet: SetupSheet) -> bytes:
        text = _TEMPLATES.get_template("setup_sheet.html.j2").render(sheet=sheet, qr_code=_qr_code(sheet.code))
        return text.encode()


def _qr_code(text: str) -> str:
    """The code as an SVG element."""
    out = io.BytesIO()
    segno.make_qr(text, error="m").save(out, kind="svg", xmldecl=False, svgns=False, border=2, scale=3)
    return out.getvalue().decode()
