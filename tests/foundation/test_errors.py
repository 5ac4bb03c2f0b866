"""What a system call that fails for a shortage means."""

import errno

import pytest

from foundation.errors import NoDescriptorsError, NoRoomError, shortage


@pytest.mark.parametrize(
    ("number", "means"),
    [
        (errno.ENOSPC, NoRoomError),
        (errno.EDQUOT, NoRoomError),
        (errno.EMFILE, NoDescriptorsError),
        (errno.ENFILE, NoDescriptorsError),
        (errno.EACCES, PermissionError),
    ],
)
def test_a_shortage_is_reported_as_one(number: int, means: type[Exception]) -> None:
    assert type(shortage(OSError(number, "the system's own words"))) is means


def test_any_other_error_stays_as_it_is() -> None:
    error = ValueError("no system call")
    assert shortage(error) is error
