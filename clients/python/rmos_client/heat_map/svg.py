"""Heat maps as SVG: text, so that a browser names each cell under the pointer."""

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from rmos_client.heat_map.layout import PALE, Picture


def write_svg(picture: Picture) -> bytes:
    """The picture; the same picture gives the same bytes."""
    return "\n".join(_lines(picture)).encode()


def _lines(picture: Picture) -> Iterator[str]:
    size = f'width="{picture.width}" height="{picture.height}" viewBox="0 0 {picture.width} {picture.height}"'
    yield f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif">'
    yield f'<rect width="{picture.width}" height="{picture.height}" fill="{PALE}"/>'
    for box in picture.boxes:
        place = f'x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}"'
        title = f"<title>{escape(box.name)}</title>" if box.name else ""
        yield f'<rect {place} fill="{box.colour}" stroke="{PALE}" stroke-width="0.5">{title}</rect>'
    for line in picture.words:
        place = f'x="{line.x:g}" y="{line.y:g}" font-size="{line.size}" fill="{line.colour}"'
        yield f"<text {place} text-anchor={quoteattr(line.anchor)}>{escape(line.text)}</text>"
    yield "</svg>\n"
