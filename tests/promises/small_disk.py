"""A disk of its own size, in memory, that can be filled and emptied: for what a full one makes of a real database."""

import os
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PATIENCE_S = 60.0
_PIECE_BYTES, _FILL_EVERY_S = 1 << 20, 0.02


class SmallDisk:
    """A file system of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / "filler"
        self._emptied = threading.Event()
        self._thread = threading.Thread()

    def fill(self) -> None:
        """Leave no byte free from now on, whatever is freed."""
        self._emptied.clear()
        self._thread = threading.Thread(target=self._keep_full, daemon=True)
        self._thread.start()

    def empty(self) -> None:
        self._emptied.set()
        self._thread.join(_PATIENCE_S)
        self._filler.unlink(missing_ok=True)

    def _keep_full(self) -> None:
        with self._filler.open("ab", buffering=0) as file:
            while not self._emptied.wait(_FILL_EVERY_S):
                for size in (_PIECE_BYTES, 4_096):
                    with suppress(OSError):
                        while file.write(bytes(size)):
                            pass


@contextmanager
def small_disk(mebibytes: int) -> Iterator[SmallDisk]:
    """One that is mounted, which takes root, and is gone afterwards."""
    if os.geteuid() != 0:
        raise SystemExit("a disk is mounted for this: run it as root")
    folder = Path(tempfile.mkdtemp(prefix="rmos-disk-"))
    _run("mount", "-t", "tmpfs", "-o", f"size={mebibytes}m,mode=755", "rmos", str(folder))
    try:
        yield SmallDisk(folder)
    finally:
        _run("umount", "--lazy", str(folder))
        folder.rmdir()


def _run(*command: str) -> None:
    subprocess.run(command, check=True, timeout=_PATIENCE_S)  # the system's own
