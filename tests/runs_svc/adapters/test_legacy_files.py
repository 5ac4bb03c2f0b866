"""The files of a v1 store by the names that records give them."""

import hashlib
import json
from math import inf
from pathlib import Path

import pytest

from runs_svc.adapters.legacy_files import LegacyStore, UnreadableIndexError


def test_a_file_of_a_worse_rule_takes_no_other_file_s_name(tmp_path: Path) -> None:
    digest = hashlib.sha256(b"G1 X1").hexdigest()
    good, bad = tmp_path / f"{digest}.json", tmp_path / digest
    good.write_bytes(b"G1 X1")
    bad.write_bytes(b"G1 X2")
    store = LegacyStore(tmp_path / "runs.json", tmp_path)
    assert store.paths() == {digest: good, f"./{digest}": bad}
    assert [(file.name, file.rule) for file in store.files().values()] == [(digest, "bytes"), (f"./{digest}", "none")]
    assert store.filename_of(f"./{digest}") == digest


@pytest.mark.parametrize(("encoding", "byte"), [("utf-16", 0), ("latin-1", 8)])
def test_an_index_in_another_encoding_is_refused_with_what_to_do(encoding: str, byte: int, tmp_path: Path) -> None:
    index = tmp_path / "runs.json"
    index.write_bytes(json.dumps({"notes ü": 1}, ensure_ascii=False).encode(encoding))
    with pytest.raises(UnreadableIndexError, match=rf"it is no UTF-8 text \(byte {byte}\); save"):
        list(LegacyStore(index, None).records())


@pytest.mark.parametrize(("digits", "value"), [(1_000, 10**1_000 - 1), (5_000, inf)])
def test_a_number_of_thousands_of_digits_does_not_end_the_index(digits: int, value: float, tmp_path: Path) -> None:
    index = tmp_path / "runs.json"
    index.write_text(f'{{"a": {{"score": {"9" * digits}}}, "b": {{"score": 90}}}}')
    first, second = (record.value["score"] for record in LegacyStore(index, None).records())
    assert (first, second) == (value, 90)
