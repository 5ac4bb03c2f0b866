"""An auditor verifies last year's runs on a cold copy of the store: no server, another machine, exit codes."""

import shutil
from pathlib import Path
from typing import Any

import orjson

from tests.administration.filled_store import Filled
from tests.administration.offline import offline
from tests.legacy.v1_store import CASES, build

COUNT = 2 * len(CASES)


V1_YEAR = ("--from", "2025-01-01", "--to", "2025-12-31")


def audit(store: Path, report: Path, *days: str) -> tuple[int, dict[str, Any], str]:
    """Exit code, report and what is printed."""
    done = offline("fsck", "--runs-dir", store, "--report", report, *days)
    assert not done.stderr, done.stderr
    found: dict[str, Any] = orjson.loads(report.read_bytes())
    return done.returncode, found, done.stdout


def flip(path: Path) -> None:
    """One bit of a file is another one."""
    path.chmod(0o644)
    content = bytearray(path.read_bytes())
    content[5] ^= 1
    path.write_bytes(content)


def test_an_auditor_finds_what_is_missing_altered_and_unreferenced(filled: Filled, tmp_path: Path) -> None:
    index = build(tmp_path / "v1", COUNT, unreadable=0)
    assert offline("migrate", "apply", index, "--runs-dir", filled.root).returncode == 0
    cold, report = tmp_path / "cold", tmp_path / "report.json"
    shutil.copytree(filled.root, cold)

    code, found, printed = audit(cold, report)
    assert (code, found["problems"]) == (0, []), printed
    recorded = len(filled.run_ids) + 1  # and one that was replayed
    assert found["subjects"] >= recorded + COUNT
    assert found["records"] > found["subjects"]
    assert found["blobs"] > COUNT
    rules = found["legacy_rules"]
    assert rules["bytes"] == rules["compact_json"] == 2, "the two rules of v1, each counted by itself"
    assert "hashes of imported records by rule" in printed

    code, of_the_year, printed = audit(cold, report, *V1_YEAR)
    assert (code, of_the_year["subjects"], of_the_year["problems"]) == (0, COUNT, []), "what v1 recorded, all of 2025"
    assert of_the_year["subjects"] + of_the_year["other_subjects"] == found["subjects"]
    assert of_the_year["legacy_rules"] == rules
    assert 0 < of_the_year["blobs"] < found["blobs"]
    assert f"{of_the_year['other_subjects']} of other days were not looked at" in printed

    flipped = next(path for path in cold.glob("attachments/??/??/*") if path.read_bytes().startswith(b"G21\nG90\n(run"))
    flip(flipped)
    code, found, _ = audit(cold, report)
    assert code == 1
    assert [(item["outcome"], item["item"]) for item in found["problems"]] == [
        ("MISMATCH", f"attachment:{flipped.name}")
    ]

    amended = filled.run_ids[2]
    copy = Filled(cold, filled.runs, filled.run_ids, filled.before)
    altered = "CAST(replace(CAST(document AS TEXT), '_utc', '_UTC') AS BLOB)"
    copy.alter(f"UPDATE ledger SET document = {altered} WHERE kind = 'execution' AND subject_id = ?", amended)
    copy.alter(f"UPDATE ledger SET document = {altered} WHERE ordinal = 1 AND subject_id = ?", filled.run_ids[3])
    gone = copy.published(filled.run_ids[7])
    gone.unlink()
    stray = cold / "attachments" / "ab" / "cd" / f"abcd{'0' * 60}"
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"nobody names me")
    code, found, printed = audit(cold, report)
    assert code == 1
    named = {item["item"] for item in found["problems"]}
    assert any(amended in item for item in named), "the altered record"
    assert any(filled.run_ids[7] in item for item in named), "the missing file"
    broken = {item["item"]: item["detail"] for item in found["problems"] if item["item"].startswith("chain:")}
    assert list(broken) == [f"chain:{filled.run_ids[3]}:{place}" for place in (2, 3)], "from there on"
    assert all("the chain is broken before it, at ledger:" in detail for detail in broken.values())
    assert found["unreferenced"] == [f"attachment:{stray.name}"]
    assert {item["outcome"] for item in found["problems"]} == {"MISMATCH", "MISSING"}
    assert len(named) <= 7, "nothing else is called damaged"

    v1_alone, since = audit(cold, report, *V1_YEAR), audit(cold, report, "--from", "2026-01-01")
    assert [(code, {item["item"] for item in found["problems"]}) for code, found, _ in (v1_alone, since)] == [
        (1, {f"attachment:{flipped.name}"}),
        (1, named - {f"attachment:{flipped.name}"}),
    ]
