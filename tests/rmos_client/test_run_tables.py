"""Runs in a file for other programs."""

import csv
import io
import json
from pathlib import Path

import pytest

from rmos.runs.v1 import run_pb2
from rmos.runs.v1 import runs_service_pb2 as pb
from rmos_client.run_tables import write_csv, write_json_lines, write_runs

RUN = pb.RunSummary(name="runs/run_0123456789ab", run_id="run_0123456789ab", status=run_pb2.RUN_STATUS_OK, score=97.5)


def cell(design_name: str) -> str:
    """A text as it stands in the file, read again."""
    written = io.StringIO()
    assert write_csv([pb.RunSummary(design_name=design_name)], written) == 1
    (row,) = csv.DictReader(io.StringIO(written.getvalue()))
    return row["design_name"]


def test_fields_of_the_contract_are_columns() -> None:
    written = io.StringIO(newline="")
    write_csv([RUN, RUN], written)
    first, second = csv.DictReader(io.StringIO(written.getvalue(), newline=""))
    assert first == second
    assert (first["run_id"], first["status"], first["score"]) == ("run_0123456789ab", "RUN_STATUS_OK", "97.5")
    assert first["create_time"] == ""


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\uff1d", " ="])
def test_no_spreadsheet_takes_a_name_for_a_formula(start: str) -> None:
    assert cell(f'{start}HYPERLINK("http://x")') == f'\'{start}HYPERLINK("http://x")'


def test_a_name_stays_one_cell_and_one_row_and_is_seen_whole() -> None:
    assert cell('a,"b"\n=1\x1b[2J\u202ec') == 'a,"b"\\n=1\\x1b[2J\\u202ec'
    assert cell("\t=1") == "'\\t=1"
    assert cell("Müller 3/4 - ロゼッタ") == "Müller 3/4 - ロゼッタ"


def test_json_lines_hold_a_run_each() -> None:
    written = io.StringIO()
    write_json_lines([RUN, pb.RunSummary(design_name="a\nb\u2028c")], written)
    first, second = map(json.loads, written.getvalue().splitlines())
    assert first["status"] == "RUN_STATUS_OK"
    assert second == {"design_name": "a\nb\u2028c"}


def test_a_list_that_breaks_off_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "runs.csv").write_text("before")

    def broken() -> "list[pb.RunSummary]":
        raise ConnectionError

    with pytest.raises(ConnectionError):
        write_runs((run for item in [broken] for run in item()), tmp_path / "runs.csv")
    assert [file.name for file in tmp_path.iterdir()] == ["runs.csv"]
    assert (tmp_path / "runs.csv").read_text() == "before"
    assert write_runs([RUN], tmp_path / "runs.JSONL") == 1
