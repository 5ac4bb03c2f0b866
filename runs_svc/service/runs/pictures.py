"""What calls that draw have in common."""

from foundation.errors import InvalidFieldsError
from rmos.type.v1 import design_pb2
from runs_svc.domain.shop.views import View

_VIEWS = {
    design_pb2.ROSETTE_VIEW_UNSPECIFIED: View.WHOLE,
    design_pb2.ROSETTE_VIEW_WHOLE: View.WHOLE,
    design_pb2.ROSETTE_VIEW_QUARTER: View.QUARTER,
    design_pb2.ROSETTE_VIEW_CLOSE_UP: View.CLOSE_UP,
}
_DEFAULT_PX, _SMALLEST_PX, _LARGEST_PX = 600, 64, 2_048


def read_size_px(size_px: int) -> int:
    """Width and height of a picture; 0 stands for the usual size.

    Raises:
        InvalidFieldsError: It is out of range.
    """
    if not _SMALLEST_PX <= (size_px or _DEFAULT_PX) <= _LARGEST_PX:
        raise InvalidFieldsError.one("size_px", f"{size_px} is not within {_SMALLEST_PX} to {_LARGEST_PX}")
    return size_px or _DEFAULT_PX


def read_mime(mime: str) -> str:
    """Media type of a picture; empty stands for SVG.

    Raises:
        InvalidFieldsError: It is none that is drawn.
    """
    if mime not in {"", "image/svg+xml", "image/png"}:
        raise InvalidFieldsError.one("mime", f"{mime!r} is not image/svg+xml or image/png")
    return mime or "image/svg+xml"


def read_view(view: design_pb2.RosetteView.ValueType) -> View:
    """How much of a rosette is shown; unspecified stands for all of it.

    Raises:
        InvalidFieldsError: It is none that this server knows.
    """
    if view not in _VIEWS:
        known = ", ".join(design_pb2.RosetteView.keys()[1:])
        raise InvalidFieldsError.one("view", f"{view} is none of {known}")
    return _VIEWS[view]
