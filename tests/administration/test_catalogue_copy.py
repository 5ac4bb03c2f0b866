"""The workshop's catalogue in a backup."""

from pathlib import Path

import pytest

from rpckit.settings import ConfigurationError
from runs_svc.composition.backup import back_up_catalogue, restore_catalogue


def test_a_catalogue_comes_back_up_to_its_last_whole_line(tmp_path: Path) -> None:
    shop, backup, fresh = tmp_path / "shop", tmp_path / "backup", tmp_path / "fresh"
    shop.mkdir()
    (shop / "journal.jsonl").write_bytes(b'{"a":1}\n{"b":2}\n{"unfin')
    (shop / "imports.jsonl").write_bytes(b"{}\n")
    (shop / "administration.jsonl").write_bytes(b'{"c":3}\n')
    saved = back_up_catalogue(shop, backup)
    assert saved is not None
    assert saved.lines == 4
    assert restore_catalogue(backup, fresh) == saved
    assert (fresh / "journal.jsonl").read_bytes() == b'{"a":1}\n{"b":2}\n'
    assert (fresh / "administration.jsonl").read_bytes() == b'{"c":3}\n'
    with pytest.raises(ConfigurationError, match="exists; restore into an empty folder"):
        restore_catalogue(backup, shop)


def test_a_workshop_without_a_catalogue_has_a_backup_without_one(tmp_path: Path) -> None:
    assert back_up_catalogue(tmp_path / "none", tmp_path / "backup") is None
    assert restore_catalogue(tmp_path / "backup", tmp_path / "fresh") is None
    assert not (tmp_path / "fresh").exists()
