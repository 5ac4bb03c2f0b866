"""The preloaded library that records what a process does to its disk, and makes a call fail."""

import os
import struct
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).with_name("disk.c")
_BUILD = Path(__file__).parents[2] / "build" / "promises"
_HEAD = struct.Struct("<cIIQQ")


@dataclass(frozen=True, slots=True)
class DiskOperation:
    """One call that changed a file or a folder: create, write, truncate, sync, link, rename, unlink, mkdir (d)."""

    letter: str
    path: str
    other: str
    offset: int
    """Of a write; the new length of a truncation."""
    data: bytes


@cache
def library() -> Path:
    """The built library. The compiler comes as a wheel."""
    _BUILD.mkdir(parents=True, exist_ok=True)
    target = _BUILD / f"disk-{SOURCE.stat().st_mtime_ns}.so"
    if not target.exists():
        staged = target.with_suffix(f".{os.getpid()}")
        command = [sys.executable, "-m", "ziglang", "cc", "-O2", "-shared", "-fPIC", "-o", str(staged), str(SOURCE)]
        subprocess.run([*command, "-ldl"], check=True, timeout=300)
        staged.rename(target)
    return target


def run_recorded(
    arguments: list[str], root: Path, log: Path | None, fault: str = "", *, places: Mapping[str, str] | None = None
) -> "subprocess.CompletedProcess[str]":
    """A Python program with the library around it; `places` are settings that it finds in its environment."""
    environment = {**os.environ, **(places or {}), "LD_PRELOAD": str(library()), "DISK_ROOT": str(root)}
    if log is not None:
        environment["DISK_LOG"] = str(log)
    if fault:
        environment["DISK_FAULT"] = fault
    return subprocess.run(
        [sys.executable, *arguments], env=environment, capture_output=True, text=True, check=False, timeout=120
    )


def read_log(log: Path) -> Iterator[DiskOperation]:
    """What was recorded, in order."""
    data, at = log.read_bytes(), 0
    while at < len(data):
        letter, path, other, size, offset = _HEAD.unpack_from(data, at)
        at += _HEAD.size
        parts = []
        for length in (path, other, size):
            parts.append(data[at : at + length])
            at += length
        yield DiskOperation(letter.decode(), parts[0].decode(), parts[1].decode(), offset, parts[2])
