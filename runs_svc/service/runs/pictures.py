"""What calls that draw have in common."""

from foundation.errors import InvalidFieldsError

_DEFAULT_PX, _SMALLEST_PX, _LARGEST_PX = 600, 64, 2_048


def read_size_px(size_px: int) -> int:
    """Width and height of a picture; 0 stands for the usual size.

    Raises:
        InvalidFieldsError: It is out of range.
    """
    if not _SMALLEST_PX <= (size_px or _DEFAULT_PX) <= _LARGEST_PX:
        raise InvalidFieldsError.one("size_px", f"{size_px} is not within {_SMALLEST_PX} to {_LARGEST_PX}")
    return size_px or _DEFAULT_PX
