"""FreeCAD libraries (`.fctl`), as a zip together with the bits they name."""

import posixpath
import unicodedata
from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace

from feasibility_svc.adapters.tool_libraries.archive import is_archive, read_members
from feasibility_svc.adapters.tool_libraries.entries import limited
from feasibility_svc.adapters.tool_libraries.freecad import read_freecad_bit, read_object
from feasibility_svc.adapters.tool_libraries.numbers import shown, tool_number
from feasibility_svc.domain.catalogue.tool_library import LibraryTool
from feasibility_svc.domain.scoring.errors import LibraryUnreadableError

_BITS = "../bit"
"""Where FreeCAD keeps the bits, from the folder of the libraries."""


def read_freecad_library(data: bytes) -> list[LibraryTool]:
    """A library with its bits, in a zip; the numbers of the library are kept beside.

    Raises:
        LibraryUnreadableError: There is no library in it.
    """
    if not is_archive(data):
        raise LibraryUnreadableError("a .fctl only names its bits: upload a zip of the library with them")
    members: dict[str, tuple[str, bytes]] = {}
    doubled: set[str] = set()
    for name, content in read_members(data):
        if not _hidden(name) and members.setdefault(_plain(name), (name, content))[1] != content:
            doubled.add(_plain(name))
    libraries = [name for name in members if name.endswith(".fctl")]
    if len(libraries) != 1:
        raise LibraryUnreadableError(f"the zip holds {len(libraries)} .fctl files; one is needed")
    if libraries[0] in doubled:
        raise LibraryUnreadableError(f"the zip holds several files called {shown(members[libraries[0]][0])}")
    items = read_object(members[libraries[0]][1], "a FreeCAD library").get("tools")
    if not isinstance(items, list):
        raise LibraryUnreadableError('it is no FreeCAD library: no list of "tools"')
    bits = _Bits(members, posixpath.dirname(libraries[0]), doubled)
    return [_listed(item, bits) for item in limited(items)]


def _plain(name: str) -> str:
    """A path of a zip as this reader compares them: as Windows or macOS write it, in any case."""
    return posixpath.normpath(unicodedata.normalize("NFC", name.replace("\\", "/")).casefold())


def _hidden(name: str) -> bool:
    """Whether a member is no file of the library: what macOS puts beside each, and hidden files."""
    return any(part.startswith(".") or part == "__MACOSX" for part in name.replace("\\", "/").split("/"))


@dataclass
class _Bits:
    """The bits of a zip, each read once however many items name it."""

    members: Mapping[str, tuple[str, bytes]]
    folder: str
    doubled: Set[str]
    """Names that stand in the zip several times, for different files."""
    read: dict[str, LibraryTool] = field(default_factory=dict)
    ends: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in self.members:
            self.ends.setdefault(posixpath.basename(name), []).append(name)

    def find(self, path: str) -> tuple[str, str]:
        """The member that a path of the library means, or "" and why there is none."""
        name, reason = self._meant(path)
        return (
            ("", f"the zip holds several files for the bit {shown(path)}") if name in self.doubled else (name, reason)
        )

    def _meant(self, path: str) -> tuple[str, str]:
        wanted = _plain(path)
        for candidate in (wanted, f"{self.folder}/{wanted}", f"{self.folder}/{_BITS}/{wanted}"):
            name = posixpath.normpath(candidate.lstrip("/"))
            if name in self.members:
                return name, ""
        called = self.ends.get(posixpath.basename(wanted), [])
        found = [name for name in called if name.endswith(f"/{wanted}")] or called
        if len(found) != 1:
            return "", f"the zip holds {len(found)} files for the bit {shown(path)}"
        return found[0], ""

    def get(self, name: str) -> LibraryTool:
        if name not in self.read:
            original, content = self.members[name]
            try:
                self.read[name] = read_freecad_bit(content, file_name=posixpath.basename(original.replace("\\", "/")))
            except LibraryUnreadableError as error:
                self.read[name] = LibraryTool("", None, posixpath.basename(original)[:200], {}, skipped=str(error))
        return self.read[name]


def _listed(item: object, bits: _Bits) -> LibraryTool:
    """The bit an item names."""
    if not isinstance(item, dict):
        return LibraryTool("", None, "unnamed", {}, skipped="an entry of the library is not an object")
    path, number = str(item.get("path", "")), tool_number(item.get("nr"))
    name, reason = bits.find(path)
    if reason:
        return LibraryTool("", number, path[-200:] or "unnamed", {}, skipped=reason)
    return replace(bits.get(name), number=number)
