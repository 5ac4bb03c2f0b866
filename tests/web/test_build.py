"""The built page: small, with nothing inline, and only what the door serves."""

import gzip
import json
import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from deploy.door import SCREENS, page_files
from tests.web.workshop import WEB, npm

pytestmark = pytest.mark.xdist_group("web")
_TAKEN_OVER = {"page.css", "tokens.css"}


def _weight(paths: Iterable[Path]) -> int:
    """Size of files as they travel. [bytes]"""
    return sum(len(gzip.compress(path.read_bytes())) for path in paths)


def test_the_first_load_is_small(built_page: Path) -> None:
    html = (built_page / "index.html").read_text()
    scripts, styles, fonts = (
        [built_page / name for name in re.findall(rf'(?:src|href)="/([^"]+\.{suffix})"', html)]
        for suffix in ("js", "css", "woff2")
    )
    assert {"app", "page", "theme"} < {path.name.split("-")[0] for path in scripts}
    assert _weight(scripts) < 120_000
    assert _weight(styles) < 20_000
    assert _weight(fonts) < 60_000
    assert len(scripts) < 10


def test_the_bar_is_seen_before_scripts_come_and_in_its_theme(built_page: Path, browser: Browser) -> None:
    html = (built_page / "index.html").read_text()
    assert re.search(r'<script src="/assets/theme-\w+\.js"></script>.*<link rel="stylesheet"', html, re.DOTALL)
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((built_page / "index.html").as_uri())
    assert page.locator("header.bar").inner_text().strip() == "RMOS"
    context.close()


def test_nothing_is_inline_and_nothing_comes_from_elsewhere(built_page: Path) -> None:
    html = (built_page / "index.html").read_text()
    assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=|https?://", html) == []


def test_every_file_is_served(built_page: Path) -> None:
    files = {file.path for file in page_files(built_page)}
    assert files == {f"/{path.relative_to(built_page).as_posix()}" for path in built_page.rglob("*") if path.is_file()}


def test_the_types_are_strict_and_right(built_page: Path) -> None:
    npm("run", "check")
    options = json.loads((WEB / "tsconfig.json").read_text())["compilerOptions"]
    assert options["strict"]
    assert options["noUncheckedIndexedAccess"]


def test_files_are_short_and_make_no_markup() -> None:
    sources = [
        path for path in (WEB / "src").rglob("*") if path.suffix in {".ts", ".tsx", ".css"} and "gen" not in path.parts
    ]
    assert len(sources) > 30
    long = [path.name for path in sources if path.name not in _TAKEN_OVER and len(path.read_text().splitlines()) > 350]
    assert long == []
    markup = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|style="
    forbidden = re.compile(markup + r"|localStorage\.setItem\((?!\"(?:theme|language|units)\")")
    assert [path.name for path in sources if forbidden.search(path.read_text())] == []


@pytest.mark.parametrize(
    "path", ["/", "/runs/run_0123456789ab/sheet", "/review/adv_0123456789ab", "/sessions/ws_0123456789ab", "/about"]
)
def test_the_door_knows_the_addresses_of_the_page(path: str) -> None:
    assert any(re.fullmatch(screen, path) for screen in SCREENS)
