"""The files of a v1 store by the names that records give them."""

import hashlib
from pathlib import Path

from runs_svc.adapters.legacy_files import LegacyStore


def test_a_file_of_a_worse_rule_takes_no_other_file_s_name(tmp_path: Path) -> None:
    digest = hashlib.sha256(b"G1 X1").hexdigest()
    good, bad = tmp_path / f"{digest}.json", tmp_path / digest
    good.write_bytes(b"G1 X1")
    bad.write_bytes(b"G1 X2")
    store = LegacyStore(tmp_path / "runs.json", tmp_path)
    assert store.paths() == {digest: good, f"./{digest}": bad}
    assert [(file.name, file.rule) for file in store.files().values()] == [(digest, "bytes"), (f"./{digest}", "none")]
    assert store.filename_of(f"./{digest}") == digest
