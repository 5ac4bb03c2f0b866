"""Structured logging: one JSON object a line on standard error."""

import datetime
import json
import logging
import re
import sys
import threading
from typing import Any, TextIO

import orjson

log = logging.getLogger("rmos.python")
_UNSEEN = re.compile(
    "[\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""What turns the direction of writing, ends a line, is obeyed or is not seen: a log is read on terminals, too."""
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.datetime.fromtimestamp(record.created, datetime.UTC)
        line: dict[str, object] = {
            "time": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
        }
        line.update((key, value) for key, value in vars(record).items() if key not in _STANDARD)
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        try:
            text = orjson.dumps(line, default=str).decode()
        except orjson.JSONEncodeError:  # half a character, as of a file name that is no UTF-8; a number beyond 64 bits
            text = json.dumps(line, default=str, separators=(",", ":"))
        return text if text.isascii() and "\x7f" not in text else _UNSEEN.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1] if found[0] != "\x7f" else "\\u007f"


def configure(*, level: str, stream: TextIO = sys.stderr) -> None:
    """Send every record to `stream` as JSON lines; what Python itself would print there in plain text, too.

    Args:
        level: Of what RMOS itself tells. Libraries tell of warnings and worse only: below, they name addresses, headers
            and bodies of calls to others.
        stream: Where the lines go.
    """
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    own = logging.getLogger("rmos")
    own.setLevel(level.upper())
    logging.basicConfig(level=max(own.level, logging.WARNING), handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    threading.excepthook = _tell_of_thread
    sys.unraisablehook = _tell_of_unraisable


def _tell_of_thread(failed: threading.ExceptHookArgs) -> None:
    _tell("a thread ended with an error", failed)


def _tell_of_unraisable(failed: Any) -> None:
    _tell("an error could not be raised", failed)


def _tell(event: str, failed: Any) -> None:
    log.error(event, exc_info=(failed.exc_type, failed.exc_value, failed.exc_traceback))
