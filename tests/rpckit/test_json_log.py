"""What a server writes to its log: JSON lines and nothing else."""

import json
import logging
import subprocess
import sys

import pytest

from rpckit.json_log import JsonLines

STRAYS = {
    "a warning": ("import warnings; warnings.warn('overflow', RuntimeWarning)", "overflow"),
    "a warning of numpy": ("import numpy as np; np.array([1.0]) / np.array([0.0])", "divide by zero"),
    "a thread": (
        "import threading; thread = threading.Thread(target=lambda: 1 / 0); thread.start(); thread.join()",
        "",
    ),
    "a finalizer": ("class Broken:\n    def __del__(self):\n        1 / 0\nBroken()", ""),
}


@pytest.mark.parametrize("stray", STRAYS)
def test_what_python_prints_by_itself_is_logged_as_json(stray: str) -> None:
    code, text = STRAYS[stray]
    program = f"from rpckit import json_log\njson_log.configure(level='info')\n{code}\n"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    (line,) = ended.stderr.splitlines()
    entry = json.loads(line)
    assert entry["level"] in {"warning", "error"}
    assert text in entry["event"]
    assert text or "ZeroDivisionError" in entry["exception"]


@pytest.mark.parametrize(("level", "told"), [("debug", ["own", "own", "theirs"]), ("error", [])])
def test_libraries_tell_of_warnings_only(level: str, told: list[str]) -> None:
    code = (
        "import logging\n"
        "logging.getLogger('rmos.runs').debug('own')\n"
        "logging.getLogger('rmos.store').info('own')\n"
        "for name in ('httpx2', 'openai', 'botocore.endpoint', 'alembic.runtime.migration'):\n"
        "    logging.getLogger(name).debug('authorization: Bearer sk-1')\n"
        "    logging.getLogger(name).info('HTTP Request: POST https://lead:hunter2@images.example/v1')\n"
        "logging.getLogger('botocore').warning('theirs')\n"
    )
    program = f"from rpckit import json_log\njson_log.configure(level={level!r})\n{code}"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert [json.loads(line)["event"] for line in ended.stderr.splitlines()] == told


def test_a_line_shows_no_sign_that_a_terminal_obeys_or_nobody_sees() -> None:
    said = "a\x1b[2J\x9b1m\x7f\u202ec\u2028b\u200bM\u00fcller\U000e0041\n"
    line = JsonLines().format(logging.makeLogRecord({"msg": said, "levelname": "INFO", "field": said}))
    assert line.isprintable()
    assert "M\u00fcller" in line
    assert (json.loads(line)["event"], json.loads(line)["field"]) == (said, said)


@pytest.mark.parametrize(
    ("said", "read"),
    [("half \udcff\x1b", "half \udcff\x1b"), (2**70, 2**70), ({1: "\u202e"}, {"1": "\u202e"})],
    ids=["a file name that is no UTF-8", "a number beyond 64 bits", "a key that is no text"],
)
def test_what_no_json_of_utf8_can_hold_is_still_one_line(said: object, read: object) -> None:
    line = JsonLines().format(logging.makeLogRecord({"msg": "told", "levelname": "INFO", "field": said}))
    assert line.isascii()
    assert line.isprintable()
    assert json.loads(line)["field"] == read
