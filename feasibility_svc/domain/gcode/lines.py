"""Bytes in any chunks into lines of bounded length."""

from collections.abc import Iterable, Iterator

LONGEST_LINE = 16_384
"""Characters of a line that are read; what follows them is dropped. [characters]"""


def lines_of(chunks: Iterable[bytes]) -> Iterator[str]:
    """The lines, one character per byte (Latin-1), without their ends.

    A line ends with LF, CR LF or CR. One over `LONGEST_LINE` comes with one character more than that, so that it can be
    told, and memory stays bounded whatever the input.

    >>> list(lines_of([b"G21\\r", b"\\nG0 X", b"1"]))
    ['G21', 'G0 X1']
    """
    rest = b""
    dropping = False
    for chunk in chunks:
        data = rest + chunk
        if data.endswith(b"\r"):  # the LF that belongs to it may be in the next chunk
            data, held = data[:-1], b"\r"
        else:
            held = b""
        pieces = data.splitlines()
        open_ended = bool(pieces) and not data.endswith((b"\n", b"\r"))
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
