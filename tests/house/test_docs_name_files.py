"""Every path that the pages of docs/, the README and CONTRIBUTING name is there."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"])
TOP = {name.split("/")[0] for name in subprocess.check_output(["git", "ls-files"], cwd=ROOT, text=True).split()}
_CODE = re.compile(r"`([^`\n]+)`")
_PATH = re.compile(r"[\w.-]+(/[\w.*-]+)+/?")
_LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
WRITTEN_LATER = {"bench/results/"}
"""Folders that a command of the Makefile makes."""


def named(text: str) -> list[str]:
    """The paths in backticks that begin in the repository's top folder, or are Python modules."""
    paths = [code for code in _CODE.findall(text) if _PATH.fullmatch(code)]
    return [path for path in paths if path.split("/")[0] in TOP or path.endswith(".py")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_path_in_the_documents_exists(page: Path) -> None:
    missing = [path for path in named(page.read_text("utf-8")) if not any(ROOT.glob(path))]
    assert set(missing) <= WRITTEN_LATER


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_between_the_documents_leads_somewhere(page: Path) -> None:
    targets = [link for link in _LINK.findall(page.read_text("utf-8")) if "://" not in link]
    assert [link for link in targets if not (page.parent / link).exists()] == []


def test_a_path_that_is_not_there_is_found() -> None:
    assert named("`runs_svc/domain/nowhere.py`, `rmos.run/1`, `make test` and `tests/builders.py`") == [
        "runs_svc/domain/nowhere.py",
        "tests/builders.py",
    ]
