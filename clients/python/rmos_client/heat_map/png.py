"""Heat maps as PNG."""

import io

from PIL import Image, ImageDraw, ImageFont

from rmos_client.heat_map.layout import PALE, Picture

_ANCHORS = {"start": "ls", "middle": "ms", "end": "rs"}


def write_png(picture: Picture) -> bytes:
    """The picture in pixels."""
    image = Image.new("RGB", (picture.width, picture.height), PALE)
    draw = ImageDraw.Draw(image)
    for box in picture.boxes:
        corners = (box.x, box.y, box.x + box.width - 1, box.y + box.height - 1)
        draw.rectangle(corners, fill=box.colour)
    for line in picture.words:
        font = ImageFont.load_default(line.size)
        draw.text((line.x, line.y), line.text, fill=line.colour, font=font, anchor=_ANCHORS[line.anchor])
    written = io.BytesIO()
    image.save(written, "PNG")
    return written.getvalue()
