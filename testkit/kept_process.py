"""A program of others that tests keep running: it may be killed, paused and go on."""

import signal
import subprocess

_STOP_LIMIT_S = 90.0


class KeptProcess:
    """What its programs have in common; each starts in its own way."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def is_running(self) -> bool:
        return self._process is not None

    def kill(self) -> None:
        assert self._process is not None, "it does not run"
        self._process.kill()
        self._process.wait(_STOP_LIMIT_S)
        self._process = None

    def pause(self) -> None:
        assert self._process is not None, "it does not run"
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        assert self._process is not None, "it does not run"
        self._process.send_signal(signal.SIGCONT)
