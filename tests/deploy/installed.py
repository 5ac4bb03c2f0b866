"""The wheels in an empty environment, as docs/installing.md installs them: `make installed` builds and tries them.

Both servers start from their commands, rmosctl gets a verdict and records a run with its program, both stop when asked.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
START_S, STOP_S, COMMAND_S, INSTALL_S = 60.0, 60.0, 120.0, 900.0


def main() -> int:
    """Install what `make wheels` has built, serve, ask, stop.

    Raises:
        subprocess.CalledProcessError: A command failed; what it said was printed.
    """
    home = ROOT / "build" / "installed"
    shutil.rmtree(home, ignore_errors=True)
    venv.create(home, with_pip=True)
    install: list[str | Path] = [home / "bin" / "pip", "install", "--quiet", "--find-links", ROOT / "dist", "rmos"]
    subprocess.run(install, check=True, timeout=INSTALL_S)
    with tempfile.TemporaryDirectory(prefix="rmos-installed-") as name:
        _serve_and_ask(home / "bin", Path(name))
    sys.stdout.write("the wheels serve: a verdict, a recorded run, its pack, its proof\n")
    return 0


def _serve_and_ask(commands: Path, folder: Path) -> None:
    addresses = {server: folder / server for server in ("feasibility", "runs")}
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "RMOS_RUNS_DIR": str(folder / "store"),
        "RMOS_CATALOG_DIR": str(folder / "catalogue"),
    }
    running: list[subprocess.Popen[bytes]] = []
    try:
        for server, file in addresses.items():
            command: list[str | Path] = [commands / f"rmos-{server}", "--listen", "127.0.0.1:0", "--address-file", file]
            running.append(subprocess.Popen(command, env=environment, cwd=folder, stderr=subprocess.DEVNULL))
            environment[f"RMOS_{server.upper()}_ADDRESS"] = _address(running[-1], file)
        _ask(commands, folder, environment)
        for process in running:
            process.send_signal(signal.SIGTERM)
            if code := process.wait(STOP_S):
                sys.exit(f"{process.args!r} ended with {code}")
    finally:
        for process in running:
            process.kill()


def _address(process: "subprocess.Popen[bytes]", file: Path) -> str:
    until = time.monotonic() + START_S
    while not file.exists():
        if process.poll() is not None or time.monotonic() > until:
            sys.exit(f"{process.args!r} does not serve (exit code {process.returncode})")
        time.sleep(0.05)
    return file.read_text()


def _ask(commands: Path, folder: Path, environment: Mapping[str, str]) -> None:
    job = ROOT / "examples" / "classical_rosette.yaml"

    def rmosctl(*arguments: str | Path) -> str:
        command: list[str | Path] = [commands / "rmosctl", *arguments]
        done = subprocess.run(
            command, env=environment, cwd=folder, stdout=subprocess.PIPE, text=True, check=True, timeout=COMMAND_S
        )
        said: str = done.stdout
        sys.stdout.write(f"$ rmosctl {' '.join(map(str, arguments))}\n{said.splitlines()[0]}\n")
        return said

    rmosctl("--version")
    rmosctl("store", "info")
    rmosctl("evaluate", job)
    (run,) = set(re.findall(r"run_[0-9a-f]{12}", rmosctl("record", job)))
    rmosctl("pack", run, folder / "pack.zip")
    rmosctl("verify", run)


if __name__ == "__main__":
    sys.exit(main())
