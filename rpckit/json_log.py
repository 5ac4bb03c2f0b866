"""Structured logging: one JSON object a line on standard error."""

import datetime
import logging
import sys
import threading
from typing import Any, TextIO

import orjson

log = logging.getLogger("rmos.python")
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
        return orjson.dumps(line, default=str).decode()


def configure(*, level: str, stream: TextIO = sys.stderr) -> None:
    """Send every record to `stream` as JSON lines; what Python itself would print there in plain text, too."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)
    threading.excepthook = _tell_of_thread
    sys.unraisablehook = _tell_of_unraisable


def _tell_of_thread(failed: threading.ExceptHookArgs) -> None:
    _tell("a thread ended with an error", failed)


def _tell_of_unraisable(failed: Any) -> None:
    _tell("an error could not be raised", failed)


def _tell(event: str, failed: Any) -> None:
    log.error(event, exc_info=(failed.exc_type, failed.exc_value, failed.exc_traceback))
