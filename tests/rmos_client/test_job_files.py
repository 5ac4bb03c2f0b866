"""Job files say what they say: nothing silently becomes something else."""

import json
from pathlib import Path

import pytest
import yaml

from rmos.type.v1 import context_pb2
from rmos_client.jobs import JobFileError, read_job

EXAMPLE = Path(__file__).parents[2] / "examples" / "classical_rosette.yaml"
TEXT = EXAMPLE.read_text(encoding="utf-8").replace("attachments:", "attachments: []\nx-unused:").split("x-unused:")[0]
FEED = next(line for line in TEXT.splitlines() if "feed_rate_mm_per_min" in line)


def written(folder: Path, feed: str, *, name: str = "job.yaml") -> Path:
    file = folder / name
    indent = FEED[: len(FEED) - len(FEED.lstrip())]
    file.write_text(TEXT.replace(FEED, f"{indent}{feed}"), encoding="utf-8")
    return file


@pytest.mark.parametrize("value", ["yes", "01750", "17:50", "1,5", "1750 mm", ".nan", ".inf", "true", "2026-01-01"])
def test_a_feed_that_is_no_number_is_refused_by_its_path(value: str, tmp_path: Path) -> None:
    file = written(tmp_path, f"feed_rate_mm_per_min: {value}")
    with pytest.raises(
        JobFileError, match=r"context\.cut\.feed_rate_mm_per_min: .* is no number; write 1500, or 60 in"
    ):
        read_job(file)


def test_a_key_that_stands_twice_is_refused_with_its_line(tmp_path: Path) -> None:
    file = written(tmp_path, "feed_rate_mm_per_min: 1750.0, feed_rate_mm_per_min: 100.0")
    file.write_text("design: {}\ncontext: {}\ndesign: {}\n")
    with pytest.raises(JobFileError, match="'design' stands twice, again in line 3"):
        read_job(file)


def test_a_key_that_stands_twice_in_json_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "job.json"
    file.write_text('{"design": {}, "context": {}, "context": {}}')
    with pytest.raises(JobFileError, match="'context' stands twice"):
        read_job(file)


def test_a_json_file_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    file = tmp_path / "job.json"
    file.write_bytes(b'\xef\xbb\xbf{"design": {}, "context": {}}')
    assert read_job(file).mode == "cam"


@pytest.mark.parametrize("name", ["job.json", "job.yaml"])
def test_a_file_that_is_nested_too_deep_is_refused_with_a_sentence(name: str, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_text("[" * 100_000)
    with pytest.raises(JobFileError):
        read_job(file)


def test_names_of_files_and_keys_make_no_lines_of_their_own(tmp_path: Path) -> None:
    forged = "x\nrun_0123456789ab  OK  GREEN"
    file = tmp_path / f"{forged}.json"
    with pytest.raises(JobFileError) as absent:
        read_job(file)
    file.write_text(json.dumps({"design": {forged: 1, "nope": 1}, "context": {}}))
    with pytest.raises(JobFileError) as unknown:
        read_job(file)
    file.write_text("{")
    with pytest.raises(JobFileError) as unreadable:
        read_job(file)
    assert [len(str(refused.value).splitlines()) for refused in (absent, unknown, unreadable)] == [1, 2, 1]


def test_every_fault_of_a_file_is_named_at_once(tmp_path: Path) -> None:
    file = tmp_path / "job.yaml"
    file.write_text("design: {naem: x}\ncontext: {cut: {direction: no, feed_rate: 3}, tool: {wear: true}}\n")
    with pytest.raises(JobFileError) as refused:
        read_job(file)
    assert "design.naem: there is no such field; did you mean name?" in str(refused.value)
    file.write_text("design: {}\ncontext: {cut: {direction: no, feed_rate: 3}, tool: {wear: true}}\n")
    with pytest.raises(JobFileError) as refused:
        read_job(file)
    direction, feed, wear = str(refused.value).splitlines()
    assert direction.endswith("context.cut.direction: 'no'; allowed: CONVENTIONAL, CLIMB")
    assert "context.cut.feed_rate: there is no such field; did you mean feed_rate_mm_per_min" in feed
    assert "context.tool.wear: True; allowed: SHARP, USED, WORN, DULL" in wear


@pytest.mark.parametrize(
    ("text", "expected_mm"), [("3 5/8 in", 92.075), ('1/8"', 3.175), (".023 in", 0.5842), ("2.5 mm", 2.5)]
)
def test_lengths_may_name_their_unit(text: str, expected_mm: float, tmp_path: Path) -> None:
    file = tmp_path / "job.yaml"
    given = yaml.safe_dump({"design": {}, "context": {"tool": {"diameter_mm": text}}})
    file.write_text(given)
    assert read_job(file).context.tool.diameter_mm == pytest.approx(expected_mm)


def test_feeds_may_be_inches_a_minute_and_lengths_may_not(tmp_path: Path) -> None:
    file = written(tmp_path, "feed_rate_mm_per_min: 60 in/min")
    assert read_job(file).context.cut.feed_rate_mm_per_min == pytest.approx(1524)
    with pytest.raises(JobFileError, match="is no number"):
        read_job(written(tmp_path, "feed_rate_mm_per_min: 60 in"))


@pytest.mark.parametrize("spelling", ["CLIMB", "climb", "CUT_DIRECTION_CLIMB"])
def test_values_of_enums_are_written_short_or_long(spelling: str, tmp_path: Path) -> None:
    file = tmp_path / "job.yaml"
    file.write_text(f"design: {{}}\ncontext: {{cut: {{direction: {spelling}}}}}\n")
    assert read_job(file).context.cut.direction == context_pb2.CUT_DIRECTION_CLIMB
