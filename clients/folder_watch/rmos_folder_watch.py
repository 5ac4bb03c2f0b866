#!/usr/bin/env python3
"""Hands programs from one folder on to another only when they were released, for senders without a hook of their own.

A file that appears in INBOX, and has stopped growing, is judged by `rmosctl gate`. If it was released it is moved to
RELEASED, the only folder the sender opens programs from. Otherwise it is moved to REFUSED, with the reason in a text
file beside it. While the runs server cannot be asked it stays where it is.

    rmos_folder_watch.py --machine router_1 /srv/cnc/inbox /srv/cnc/released /srv/cnc/refused
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path

_LONGEST_WAIT_S = 60
_NOT_ASKED = 1


def main() -> int:
    """Watch until stopped; with --once look one time, and end with 1 where something could not be judged."""
    parser = argparse.ArgumentParser(description="Hands on only programs that were released.")
    parser.add_argument("--machine", default="", help="this machine; the run must be for it")
    parser.add_argument("--packs", default="", help="operator pack, or folder of packs, to ask instead of the server")
    parser.add_argument("--rmosctl", default="rmosctl", help="the command to ask with")
    parser.add_argument("--once", action="store_true", help="look one time")
    parser.add_argument("--interval", type=float, default=2.0, help="time between looks [s]")
    for name in ("inbox", "released", "refused"):
        parser.add_argument(name, type=Path)
    given = parser.parse_args()
    for folder in (given.inbox, given.released, given.refused):
        folder.mkdir(parents=True, exist_ok=True)
    sizes: dict[Path, int] = {}
    while True:
        seen = {path: path.stat().st_size for path in sorted(given.inbox.iterdir()) if path.is_file()}
        done = [path for path, size in seen.items() if given.once or sizes.get(path) == size]
        judged = [_judge(path, given) for path in done]
        if given.once:
            return 0 if all(judged) else 1
        sizes = seen
        time.sleep(given.interval)


def _judge(path: Path, given: argparse.Namespace) -> bool:
    """Move a file to where it belongs; whether it could be judged.

    It is taken out of the inbox before it is judged, so that nobody exchanges it in between.
    """
    held = given.refused / f".judging_{path.name}"
    path.replace(held)
    command = [given.rmosctl, "gate", str(held), "--machine", given.machine]
    command += ["--pack", given.packs] if given.packs else []
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_LONGEST_WAIT_S, check=False)
        code, said = done.returncode, done.stderr.strip()
    except (OSError, subprocess.TimeoutExpired) as error:
        code, said = _NOT_ASKED, str(error)
    if code == _NOT_ASKED:
        held.replace(path)
        print(f"{path.name}: {said}", file=sys.stderr, flush=True)
        return False
    if code == 0:
        held.replace(given.released / path.name)
        print(f"{path.name} released", flush=True)
        return True
    held.replace(given.refused / path.name)
    (given.refused / f"{path.name}.txt").write_text(f"{said}\n", encoding="utf-8")
    print(f"{path.name} refused: {said}", flush=True)
    return True


if __name__ == "__main__":
    sys.exit(main())
