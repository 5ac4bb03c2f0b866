#!/usr/bin/env python3
"""A program filter of LinuxCNC that loads only what was released.

LinuxCNC runs a filter with the name of the file that is to be loaded, loads what it prints, shows progress from lines
`FILTER_PROGRESS=…` on its standard error, and shows the rest as an error where it ends with another code than 0.

    [FILTER]
    PROGRAM_EXTENSION = .nc,.NC,.tap,.TAP Released programs
    nc = /opt/rmos/rmos_filter.py --machine router_1
    NC = /opt/rmos/rmos_filter.py --machine router_1
    tap = /opt/rmos/rmos_filter.py --machine router_1
    TAP = /opt/rmos/rmos_filter.py --machine router_1

Files of extensions without a filter, capitals counted apart, are opened as they are. The bytes are read once: those
that are judged are those that are printed.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

_LONGEST_WAIT_S = 60
_NOT_ASKED = 1


def main() -> int:
    """Print the file if it was released; otherwise say why not, and end with another code than 0."""
    parser = argparse.ArgumentParser(description="Loads only programs that were released.")
    parser.add_argument("--machine", default="", help="this machine; the run must be for it")
    parser.add_argument("--packs", default="", help="folder of operator packs to ask where the server is away")
    parser.add_argument("--rmosctl", default="rmosctl", help="the command to ask with")
    parser.add_argument("file", type=Path)
    given = parser.parse_args()
    _progress(0)
    try:
        data = given.file.read_bytes()
        code, said = _ask(data, given)
    except (OSError, subprocess.TimeoutExpired) as error:
        code, said = _NOT_ASKED, str(error)
    if code:
        print(f"{given.file.name} is not released: {said}", file=sys.stderr, flush=True)
        return code
    _progress(100)
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
    return 0


def _ask(data: bytes, given: argparse.Namespace) -> tuple[int, str]:
    """The gate's exit code and its reason; where the server is away, those of the packs."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / given.file.name
        copy.write_bytes(data)
        command = [given.rmosctl, "gate", str(copy), "--machine", given.machine]
        code, said = _run(command)
        if code == _NOT_ASKED and given.packs:
            code, said = _run([*command, "--pack", given.packs])
    return code, said


def _run(command: list[str]) -> tuple[int, str]:
    done = subprocess.run(command, capture_output=True, text=True, timeout=_LONGEST_WAIT_S, check=False)
    return done.returncode, " ".join(done.stderr.split())


def _progress(percent: int) -> None:
    print(f"FILTER_PROGRESS={percent}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
