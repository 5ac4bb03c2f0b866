"""Zip archives of libraries, read with a limit on what they unpack to."""

import io
import lzma
import struct
import zipfile
import zlib

from feasibility_svc.domain.scoring.errors import LibraryUnreadableError

MOST_UNPACKED_BYTES = 64 * 2**20
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    LookupError,
)
"""What the library raises on archives that are damaged or of a kind it does not know."""


def is_archive(data: bytes) -> bool:
    return data[:4] == b"PK\x03\x04"


def read_members(data: bytes) -> list[tuple[str, bytes]]:
    """Name and content of every file of an archive, in its order; a name may come twice.

    Raises:
        LibraryUnreadableError: It is no zip, is damaged, or unpacks to too much.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
            if sum(info.file_size for info in infos) > MOST_UNPACKED_BYTES:
                raise LibraryUnreadableError(f"it unpacks to more than {MOST_UNPACKED_BYTES} bytes")
            return [(info.filename, archive.read(info)) for info in infos]
    except _DAMAGED as error:
        raise LibraryUnreadableError(f"it is no readable zip: {error}") from error


def read_member(data: bytes, name: str) -> bytes:
    """One file of an archive.

    Raises:
        LibraryUnreadableError: As `read_members`, or there is no such file, or there are several.
    """
    found = [content for member, content in read_members(data) if member == name]
    if len(found) != 1:
        raise LibraryUnreadableError(f"the archive holds {f'{len(found)} files called' if found else 'no'} {name}")
    return found[0]
