"""Bytes in any chunks into lines of bounded length."""

from collections.abc import Iterable, Iterator

LONGEST_LINE = 16_384
"""Characters of a line that are read; what follows them is dropped. [characters]"""


def lines_of(chunks: Iterable[bytes], *, cr_ends: bool = True) -> Iterator[str]:
    """The lines, one character per byte (Latin-1), without their ends.

    A line ends with LF or CR LF, and with CR alone unless the caller says otherwise: then CR is a character of it. One
    over `LONGEST_LINE` comes with one character more than that, so that it can be told, and memory stays bounded
    whatever the input.

    >>> list(lines_of([b"G21\\r", b"\\nG0 X", b"1"]))
    ['G21', 'G0 X1']
    >>> list(lines_of([b"G0 X1\\r Y2\\r\\n"], cr_ends=False))
    ['G0 X1\\r Y2']
    """
    rest = b""
    dropping = False
    for chunk in chunks:
        data = rest + chunk
        if data.endswith(b"\r"):  # the LF that belongs to it may be in the next chunk
            data, held = data[:-1], b"\r"
        else:
            held = b""
        pieces = data.splitlines() if cr_ends else data.replace(b"\r\n", b"\n").split(b"\n")
        open_ended = bool(pieces) and not (cr_ends and data.endswith((b"\n", b"\r")))
        rest = pieces.pop() if open_ended else b""
        for piece in pieces:
            if dropping:
                dropping = False
                continue
            yield piece[: LONGEST_LINE + 1].decode("latin-1")
        if not dropping and len(rest) > LONGEST_LINE:
            yield rest[: LONGEST_LINE + 1].decode("latin-1")
            dropping = True
        rest = (b"" if dropping else rest) + held
    if rest and not dropping:
        yield rest.removesuffix(b"\r")[: LONGEST_LINE + 1].decode("latin-1")
