"""Offline commands as an administrator gives them."""

import os
import subprocess
import sys
from pathlib import Path


def offline(*arguments: str | Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    """The outcome of `python -m runs_svc …`."""
    command = [sys.executable, "-m", "runs_svc", *map(str, arguments)]
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("RMOS_")}
    return subprocess.run(command, capture_output=True, text=True, env=inherited | environment, check=False)
