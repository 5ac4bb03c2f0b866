"""A maintainer migrates v1 data: a forecast, the migration, its proof, and the way back."""

import hashlib
import json
from pathlib import Path
from typing import Any

from tests.administration.offline import offline
from tests.legacy.migrating import contents, migrate, state
from tests.legacy.v1_store import CASES, build

COUNT = 3 * len(CASES)


def runs_in(store: Path) -> dict[str, dict[str, Any]]:
    """The record of each run, as its published file has it."""
    return {path.stem: json.loads(path.read_bytes()) for path in store.glob("????-??-??/run_????????????????.json")}


def test_a_maintainer_migrates_and_goes_back(tmp_path: Path) -> None:
    index, store, report = build(tmp_path / "v1", COUNT, unreadable=0), tmp_path / "store", tmp_path / "report.json"
    given = json.loads(index.read_text())
    source = contents(index.parent)
    earlier = build(tmp_path / "earlier", len(CASES), seed=8, unreadable=0)
    assert migrate("apply", earlier, store).returncode == 0
    before, files = state(store), contents(store)

    assert migrate("apply", index, store, "--dry-run", "--report", str(report)).returncode == 0
    assert contents(store) == files
    forecast = json.loads(report.read_text())
    assert forecast["counts"] == {"imported": COUNT}
    dangling = {line["key"] for line in forecast["records"] if any("dangling" in text for text in line["lines"])}
    assert dangling == {key for key, record in given.items() if "gone.nc" in json.dumps(record)}
    foretold = {line["key"]: "\n".join(line["lines"]) for line in forecast["records"]}
    for key, record in given.items():
        for told in ("risk level: v1 names none; UNKNOWN", "feasibility: absent; marked 'not evaluated in v1'"):
            assert (told in foretold[key]) == ("feasibility" not in record)

    assert migrate("apply", index, store, "--report", str(report)).returncode == 0
    assert json.loads(report.read_text())["records"] == forecast["records"]
    runs = runs_in(store)
    assert set(runs) == {*given, *json.loads(earlier.read_text())}, "ids of 16 digits stay as they are"
    for run_id, record in given.items():
        run = runs[run_id]
        assert run["decision"]["gate_decision"] == "BLOCKED", "nothing v1 said opens a gate"
        if "feasibility" not in record:
            assert run["decision"]["risk_level"] == "UNKNOWN"
            assert "not evaluated in v1" in run["origin"]["markers"]
            assert "feasibility_sha256" not in run["hashes"]
        if record.get("status") == "BLOCKED":
            assert run["status"] == "BLOCKED"
        for old, new in run["origin"]["aliases"].items():
            assert f"{old} is kept under {new}" in foretold[run_id]
            kept = (store / "attachments" / new[:2] / new[2:4] / new).read_bytes()
            assert hashlib.sha256(kept).hexdigest() == new, "by its bytes as they are"
            assert new in {digest for name, digest in source.items() if Path(name).stem == old}
    assert any(run["origin"]["aliases"] for run in runs.values())

    first = state(store)
    assert migrate("apply", index, store, "--report", str(report)).returncode == 0
    assert json.loads(report.read_text())["counts"] == {"unchanged": COUNT}
    assert state(store) == first
    assert f"{COUNT} verified" in migrate("verify", index, store).stdout
    assert offline("fsck", "--runs-dir", store).returncode == 0

    assert migrate("rollback", index, store).returncode == 0
    assert state(store) == before
    assert f"{len(CASES)} verified" in migrate("verify", earlier, store).stdout
    assert contents(index.parent) == source
