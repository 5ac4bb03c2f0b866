"""Toolpaths drawn as SVG or PNG."""

from collections.abc import Sequence
from io import BytesIO
from typing import Literal

from PIL import Image, ImageDraw

from feasibility_svc.domain.gcode.drawing import Drawing, View, colour_of, draw, to_svg
from feasibility_svc.domain.gcode.envelope import Envelope
from feasibility_svc.domain.gcode.findings import Finding
from feasibility_svc.domain.gcode.jobs import Checkpoint, audit_programs, read_all

PictureFormat = Literal["SVG", "PNG"]
_TALLEST_PX = 8_000


def draw_programs(
    programs: Sequence[bytes],
    envelope: Envelope | None,
    look: tuple[View, PictureFormat, int],
    *,
    checkpoint: Checkpoint,
) -> bytes:
    """A picture of the programs of a setup; with an envelope their findings are marked.

    Args:
        programs: Their bytes.
        envelope: What was approved. None: no findings.
        look: View, format and width in pixels.
        checkpoint: Called now and then; what it raises ends the drawing.
    """
    view, picture_format, width_px = look
    findings: Sequence[Finding] = ()
    if envelope is not None:
        findings = audit_programs(programs, envelope, 0, checkpoint=checkpoint).findings
    read = read_all(programs, envelope.controller if envelope else "unknown", checkpoint=checkpoint)
    drawing = draw(read, findings, view)
    return _png(drawing, width_px) if picture_format == "PNG" else to_svg(drawing, width_px).encode()


def _png(drawing: Drawing, width_px: int) -> bytes:
    scale = min(width_px / drawing.width, _TALLEST_PX / drawing.height)
    size = max(round(drawing.width * scale), 1), max(round(drawing.height * scale), 1)
    image = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(image)

    def at(x: float, y: float) -> tuple[float, float]:
        return (x - drawing.left) * scale, size[1] - (y - drawing.bottom) * scale

    strokes = drawing.strokes
    columns = strokes.start.tolist(), strokes.end.tolist(), strokes.colour.tolist()
    for (x, y), (u, v), colour in zip(*columns, strict=True):
        pen.line((*at(x, y), *at(u, v)), fill=colour_of(colour))
    for mark in drawing.marks:
        x, y = at(mark.x, mark.y)
        pen.ellipse((x - 5, y - 5, x + 5, y + 5), outline=mark.colour, width=2)
    data = BytesIO()
    image.save(data, "PNG")
    return data.getvalue()
