"""Both servers on their usual ports until Ctrl-C: `make serve`. They are configured by the environment as always."""

import signal
import subprocess
import sys
import tempfile
import time
from importlib import metadata
from pathlib import Path

_SERVERS = ("feasibility_svc", "runs_svc")
_START_S = 30.0
_LOOK_AGAIN_S = 0.05


def main() -> int:
    """Start both, say where they are, stop both when asked, or when one of them ends.

    Returns:
        0 when both ended well, else the first code that says otherwise.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    with tempfile.TemporaryDirectory(prefix="rmos-") as folder:
        running = {name: _start(name, Path(folder)) for name in _SERVERS}
        try:
            for name, process in running.items():
                _tell(name, Path(folder), process)
            print(f"RMOS {metadata.version('rmos')}; Ctrl-C stops both servers", flush=True)
            while all(process.poll() is None for process in running.values()):
                time.sleep(_LOOK_AGAIN_S)
        except KeyboardInterrupt:
            pass
        finally:
            for process in running.values():
                process.terminate()
            codes = [process.wait() for process in running.values()]
    print("both servers have ended", flush=True)
    return next((code for code in codes if code), 0)


def _start(name: str, folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", name, "--address-file", str(folder / name)]
    return subprocess.Popen(command, start_new_session=True)  # Ctrl-C reaches this process alone, which stops both


def _tell(name: str, folder: Path, process: subprocess.Popen[bytes]) -> None:
    """Wait until a server serves, and print where."""
    until = time.monotonic() + _START_S
    while process.poll() is None and not (folder / name).exists() and time.monotonic() < until:
        time.sleep(_LOOK_AGAIN_S)
    if (folder / name).exists():
        print(f"{name:<16} {(folder / name).read_text()}", flush=True)


def _stop(*_: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
