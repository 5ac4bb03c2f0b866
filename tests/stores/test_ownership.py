"""Two stores never share a folder, and no second server gets into a store, whatever happens to lock files."""

import shutil
from pathlib import Path

import pytest

from rpckit.settings import ConfigurationError
from runs_svc.adapters.folder_ownership import adopted_at
from runs_svc.composition.store import own
from runs_svc.config import RunsSettings


def settings(root: Path, *, attachments: Path | None = None, database: Path | None = None) -> RunsSettings:
    url = None if database is None else f"sqlite:///{database}"
    return RunsSettings(runs_dir=root, attachments_dir=attachments, database_url=url)


def use(stored: RunsSettings) -> None:
    with own(stored):
        pass


def test_a_second_store_on_the_same_attachments_is_refused(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    use(settings(tmp_path / "one", attachments=shared))
    with pytest.raises(ConfigurationError, match=r"shared belongs to another run store, .*/one; two stores must not"):
        use(settings(tmp_path / "two", attachments=shared))
    use(settings(tmp_path / "one", attachments=shared))


def test_a_store_whose_name_no_mark_can_hold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="is no UTF-8; give it another"):
        use(settings(tmp_path / "half \udcff"))


def test_a_second_store_on_the_attachments_within_a_store_is_refused(tmp_path: Path) -> None:
    use(settings(tmp_path / "one"))
    with pytest.raises(ConfigurationError, match="belongs to another run store"):
        use(settings(tmp_path / "two", attachments=tmp_path / "one" / "attachments"))


@pytest.mark.parametrize("where", ["one/rmos.db", "elsewhere/rmos.db"])
def test_a_second_store_on_the_same_ledger_is_refused(tmp_path: Path, where: str) -> None:
    use(settings(tmp_path / "one", database=tmp_path / where))
    with pytest.raises(ConfigurationError, match=r"rmos\.db belongs to another run store"):
        use(settings(tmp_path / "two", database=tmp_path / where))


def test_a_link_to_a_folder_is_the_folder(tmp_path: Path) -> None:
    use(settings(tmp_path / "one"))
    (tmp_path / "link").symlink_to(tmp_path / "one" / "attachments")
    with pytest.raises(ConfigurationError, match="belongs to another run store"):
        use(settings(tmp_path / "two", attachments=tmp_path / "link"))


def test_a_store_that_was_moved_keeps_its_folders(tmp_path: Path) -> None:
    use(settings(tmp_path / "one", attachments=tmp_path / "shared"))
    (tmp_path / "one").rename(tmp_path / "moved")
    use(settings(tmp_path / "moved", attachments=tmp_path / "shared"))


def test_a_copy_of_a_store_does_not_share_its_attachments(tmp_path: Path) -> None:
    use(settings(tmp_path / "one", attachments=tmp_path / "shared"))
    shutil.copytree(tmp_path / "one", tmp_path / "copy")
    with pytest.raises(ConfigurationError, match="belongs to another run store"):
        use(settings(tmp_path / "copy", attachments=tmp_path / "shared"))


def test_a_copy_of_a_whole_store_is_a_store(tmp_path: Path) -> None:
    use(settings(tmp_path / "one"))
    shutil.copytree(tmp_path / "one", tmp_path / "copy")
    use(settings(tmp_path / "copy"))
    use(settings(tmp_path / "one"))


def test_a_folder_is_free_again_when_its_mark_is_removed(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    use(settings(tmp_path / "one", attachments=shared))
    shutil.rmtree(tmp_path / "one")
    (shared / ".owner").unlink()
    use(settings(tmp_path / "two", attachments=shared))


def test_no_second_process_gets_in_when_the_lock_files_are_removed(tmp_path: Path) -> None:
    stored = settings(tmp_path / "one")
    with own(stored):
        for name in ("rmos.lock", ".archive.lock"):
            (tmp_path / "one" / name).unlink(missing_ok=True)
        with pytest.raises(ConfigurationError, match="is in use by another runs server"):
            use(stored)
    use(stored)


def test_bytes_that_were_there_before_the_mark_may_be_anothers(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    (shared / "ab" / "cd").mkdir(parents=True)
    use(settings(tmp_path / "one", attachments=shared))
    since = adopted_at(shared)
    assert since is not None
    use(settings(tmp_path / "one", attachments=shared))
    assert adopted_at(shared) == since
    use(settings(tmp_path / "two", attachments=tmp_path / "own"))
    assert adopted_at(tmp_path / "own") is None
