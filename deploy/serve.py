"""Both servers on their usual ports until Ctrl-C: `make serve`. They are configured by the environment as always.

`make serve-web` puts the door in front of them: HTTPS with JSON, gRPC-Web and the page.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from importlib import metadata
from pathlib import Path

from deploy.door import ROOT, Door, DoorError
from rpckit import settings as configuration
from runs_svc.config import RunsSettings

_SERVERS = ("feasibility_svc", "runs_svc")
_LOCAL = frozenset({"127.0.0.1", "localhost", "[::1]"})
_START_S, _STOP_S = 30.0, 120.0
_LOOK_AGAIN_S = 0.05


def main() -> int:
    """Start both, say where they are, stop both when asked, or when one of them ends.

    Returns:
        0 when both ended well, else the first code that says otherwise.
    """
    asked = _arguments()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    with tempfile.TemporaryDirectory(prefix="rmos-") as folder:
        running = {name: _start(name, Path(folder)) for name in _SERVERS}
        try:
            _keep_up(asked, Path(folder), running)
        except DoorError as error:
            print(f"error: {error}", file=sys.stderr)
            return 2
        except KeyboardInterrupt:
            pass
        finally:
            for process in running.values():
                process.terminate()
            codes = [_ended(process) for process in running.values()]
    print("both servers have ended", flush=True)
    return next((code for code in codes if code), 0)


def _keep_up(asked: argparse.Namespace, folder: Path, running: "dict[str, subprocess.Popen[bytes]]") -> None:
    """Say where they are, open the door if asked, and wait until one of them ends; one that does not start says why.

    Raises:
        DoorError: As `_open_door`.
    """
    if not all(_tell(name, folder, process) for name, process in running.items()):
        return
    if asked.web:
        running["door"] = _open_door(asked, folder)
    print(f"{'store':<16} {_store()}", flush=True)
    print(f"RMOS {metadata.version('rmos')}; Ctrl-C stops both servers", flush=True)
    while all(process.poll() is None for process in running.values()):
        time.sleep(_LOOK_AGAIN_S)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Keep both servers up until Ctrl-C.")
    parser.add_argument("--web", action="store_true", help="open the door, too: HTTPS with JSON, gRPC-Web and the page")
    parser.add_argument("--listen", default="127.0.0.1:8443", help="where the door listens (%(default)s)")
    parser.add_argument("--certificate", type=Path, help="PEM file of the door; without one it makes its own")
    parser.add_argument("--key", type=Path, help="PEM file of the certificate's key")
    return parser.parse_args()


def _open_door(asked: argparse.Namespace, folder: Path) -> "subprocess.Popen[bytes]":
    """Open the door in front of the servers whose addresses stand in a folder.

    Raises:
        DoorError: It would let others in whom nobody asks who they are, or cannot be opened.
    """
    if asked.listen.rsplit(":", 1)[0] not in _LOCAL and os.environ.get("RMOS_AUTHENTICATION") != "required":
        raise DoorError(
            f"the door does not listen on {asked.listen} while the servers ask nobody who calls: set "
            "RMOS_AUTHENTICATION=required, or listen on 127.0.0.1"
        )
    secured = os.environ.get("RMOS_TLS_CERTIFICATE")
    door = Door(
        listen=asked.listen,
        servers={name.removesuffix("_svc"): (folder / name).read_text() for name in _SERVERS},
        folder=ROOT / "build" / "door",
        certificate=asked.certificate,
        key=asked.key,
        authority=Path(os.environ.get("RMOS_CA", secured)) if secured else None,
    )
    process = door.open()
    print(f"{'door':<16} https://{asked.listen}", flush=True)
    return process


def _start(name: str, folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", name, "--address-file", str(folder / name)]
    return subprocess.Popen(command, start_new_session=True)  # Ctrl-C reaches this process alone, which stops both


def _tell(name: str, folder: Path, process: subprocess.Popen[bytes]) -> bool:
    """Wait until a server serves, and print where; whether it does."""
    until = time.monotonic() + _START_S
    while process.poll() is None and not (folder / name).exists() and time.monotonic() < until:
        time.sleep(_LOOK_AGAIN_S)
    if not (folder / name).exists():
        return False
    print(f"{name:<16} {(folder / name).read_text()}", flush=True)
    return True


def _ended(process: subprocess.Popen[bytes]) -> int:
    """The exit code of a process that was asked to stop; one that does not is killed."""
    try:
        return process.wait(_STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait(_STOP_S)


def _store() -> str:
    """Where the runs server keeps what it records, as it reads its settings."""
    settings = configuration.load(RunsSettings, program="runs_svc", arguments=[], environ=os.environ)
    if settings.is_postgres:
        return "PostgreSQL (RMOS_DATABASE_URL)"  # the address may hold a password
    return str(settings.runs_dir.resolve())


def _stop(*_: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
