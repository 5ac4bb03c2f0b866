"""Completion in the shells that people use, as `rmosctl --show-completion` sets it up."""

import os
import pty
import re
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

BIN = Path(sys.executable).parent
ENVIRONMENT = {"PATH": f"{BIN}:/usr/local/bin:/usr/bin:/bin", "TERM": "dumb", "LANG": "C.UTF-8"}
PATIENCE_S = 60.0
IN_BASH = """
eval "$(rmosctl --show-completion)"
COMP_WORDS=(rmosctl catalogue sh); COMP_CWORD=2
_rmosctl_completion rmosctl; echo "${COMPREPLY[@]}"
"""
IN_FISH = 'rmosctl --show-completion | source; complete --do-complete "rmosctl catalogue sh"'
IN_ZSH = 'autoload -Uz compinit && compinit -u -D && eval "$(rmosctl --show-completion)" && echo is ready\n'


def printed(shell: str, script: str, home: Path) -> str:
    command = [shell, "-c", script]
    environment = {**ENVIRONMENT, "HOME": str(home)}
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=PATIENCE_S, check=True
    ).stdout


def typed_into_zsh(home: Path) -> str:
    """What an interactive zsh shows once somebody has typed a command and the key of completion."""
    child, terminal = pty.fork()
    if child == 0:
        os.execve("/usr/bin/env", ["env", "zsh", "-f", "-i"], {**ENVIRONMENT, "HOME": str(home), "PS1": "> "})
    try:
        os.write(terminal, IN_ZSH.encode())
        shown = until(terminal, lambda text: "\nis ready" in text)
        os.write(terminal, b"rmosctl catalogue sh\t")
        return shown + until(terminal, lambda text: "catalogue show" in text)
    finally:
        os.close(terminal)
        os.kill(child, 9)
        os.waitpid(child, 0)


def until(terminal: int, is_there: Callable[[str], bool]) -> str:
    text, end = "", time.monotonic() + PATIENCE_S
    while not is_there(text):
        assert time.monotonic() < end, text
        if select.select([terminal], [], [], 0.1)[0]:
            raw = os.read(terminal, 65_536).decode(errors="replace")
            text += re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|[\r\x08]", "", raw)
    return text


def needs(shell: str) -> str:
    return shutil.which(shell) or pytest.skip(f"{shell} is not installed here")


def test_bash_completes_commands(tmp_path: Path) -> None:
    assert printed(needs("bash"), IN_BASH, tmp_path) == "show\n"


def test_fish_completes_commands_and_says_what_they_do(tmp_path: Path) -> None:
    assert printed(needs("fish"), IN_FISH, tmp_path).startswith("show\tShow an entry")


def test_zsh_completes_commands(tmp_path: Path) -> None:
    needs("zsh")
    assert "rmosctl catalogue show" in typed_into_zsh(tmp_path)
