"""Runs as they are sent are written once as long as nothing of them changes."""

from collections import Counter
from dataclasses import replace

import pytest

from foundation.canonical_json import JsonMapping
from runs_svc.adapters.caching.run_messages import RunMessageCache
from runs_svc.domain.ids import RunId
from runs_svc.domain.runs.run_document import RunDocument
from runs_svc.domain.runs.run_view import RunView, view_of
from runs_svc.domain.runs.stored_run import document_of
from runs_svc.ports import ListedRun, StoredRun
from tests import builders

MIB = 1024**2
RECORD = builders.record()
STORED = StoredRun(document_of(RECORD), ())
VIEW = view_of(RECORD.run_id, RECORD.content, RECORD.digest.sha256)
ROW = ListedRun(RECORD.run_id, RECORD.index, RECORD.digest.sha256, intact=True)


class Writer:
    """Writes words, and counts them."""

    def __init__(self) -> None:
        self.written: Counter[str] = Counter()

    def _write(self, word: str) -> bytes:
        self.written[word] += 1
        return f"{word} ".encode()

    def stored(self, stored: StoredRun) -> bytes:
        return self._write("stored")

    def view(self, view: RunView) -> bytes:
        return self.rest(view) + self.inputs(view.document) + self.report(view.document)

    def rest(self, view: RunView) -> bytes:
        return self._write("rest")

    def inputs(self, document: RunDocument) -> bytes:
        return self._write("inputs")

    def report(self, document: RunDocument) -> bytes:
        return self._write("report")

    def evaluated(self, document: RunDocument, report: bytes) -> bytes:
        return report

    def row(self, listed: ListedRun) -> bytes:
        return self._write(listed.index.gate_decision)

    def growth(self, amendment: JsonMapping) -> bytes | None:
        return self._write("note") if amendment else None

    def grown(self, amendment: JsonMapping, *, before_sha256: str, sha256: str) -> bytes | None:
        return None


@pytest.fixture
def writer() -> Writer:
    return Writer()


@pytest.fixture
def cache(writer: Writer) -> RunMessageCache:
    return RunMessageCache(writer, most_bytes=MIB)


def test_a_run_is_written_once_until_a_record_is_added(writer: Writer, cache: RunMessageCache) -> None:
    amended = StoredRun(STORED.run, (STORED.run._replace(kind="note", ordinal=1, sha256="b" * 64),))
    assert [cache.stored(STORED), cache.stored(STORED), cache.stored(amended)] == [b"stored "] * 3
    assert writer.written["stored"] == 2


def test_of_a_series_of_equal_pieces_inputs_and_report_are_written_once(writer: Writer, cache: RunMessageCache) -> None:
    other = view_of(RunId("run_000000000002"), RECORD.content, "c" * 64)
    assert [cache.view(VIEW), cache.view(other)] == [b"rest inputs report "] * 2
    assert writer.written == {"rest": 2, "inputs": 1, "report": 1}


def test_parts_of_runs_without_digests_are_no_others(writer: Writer, cache: RunMessageCache) -> None:
    unnamed = replace(RECORD.content, hashes={})
    for _ in range(2):
        cache.view(view_of(RECORD.run_id, unnamed, RECORD.digest.sha256))
    assert writer.written == {"rest": 2, "inputs": 2, "report": 2}


def test_a_row_is_written_once_until_its_gate_changes(writer: Writer, cache: RunMessageCache) -> None:
    opened = replace(ROW, index=ROW.index._replace(gate_decision="OVERRIDDEN"))
    assert [cache.row(ROW), cache.row(ROW), cache.row(opened)] == [b"ALLOWED ", b"ALLOWED ", b"OVERRIDDEN "]
    assert writer.written == {"ALLOWED": 1, "OVERRIDDEN": 1}


def test_a_note_grows_a_run_that_was_sent(writer: Writer, cache: RunMessageCache) -> None:
    sha256 = STORED.run.sha256
    assert cache.grown({"body": 1}, before_sha256=sha256, sha256="b" * 64) is None
    cache.stored(STORED)
    assert cache.grown({}, before_sha256=sha256, sha256="b" * 64) is None
    assert cache.grown({"body": 1}, before_sha256=sha256, sha256="b" * 64) == b"stored note "
    assert cache.grown({"body": 1}, before_sha256="b" * 64, sha256="c" * 64) == b"stored note note "


def test_without_room_everything_is_written_anew(writer: Writer) -> None:
    cache = RunMessageCache(writer, most_bytes=0)
    for _ in range(2):
        cache.stored(STORED)
        cache.view(VIEW)
        cache.row(ROW)
    assert set(writer.written.values()) == {2}
