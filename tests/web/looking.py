"""What every screen is held to."""

import json
from pathlib import Path

from playwright.sync_api import Page

from tests.web.workshop import WEB

_RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
_AXE = """async (runOnly) => {
  const found = await axe.run(document, { resultTypes: ["violations"], runOnly });
  const where = (one) => one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ");
  return found.violations.map((one) => `${one.impact} ${one.id}: ${where(one)}`);
}"""


def settle(page: Page) -> None:
    """Wait until nothing is loading."""
    page.locator("main h1").first.wait_for()
    page.wait_for_function("() => !document.querySelector('main [aria-busy=true]')")


def faults(page: Page) -> list[str]:
    """What axe-core finds."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(f"() => {{ {axe_source()} }}")
    found: list[str] = page.evaluate(_AXE, list(_RULES))
    return found


def axe_source() -> str:
    return (WEB / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def tab_to(page: Page, selector: str) -> None:
    """Go on by the Tab key alone until something that matches has the focus."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement?.matches(selector)", selector):
            return
    raise AssertionError(f"Tab does not lead to {selector}")


def sideways(page: Page) -> int:
    """By how many pixels the page is wider than the window."""
    over: int = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return over


_TEXTS_OVER_TEXTS = """() => {
  const hidden = "thead, .hidden-text, details:not([open])";
  const isFloat = (one) => /fixed|sticky/.test(getComputedStyle(one).position);
  const floats = (one) => one && (isFloat(one) || floats(one.parentElement));
  const isPlain = (one) => !one.closest(hidden) && !one.querySelector(".hidden-text");
  const seen = (one) => one.checkVisibility() && one.innerText.trim() && isPlain(one) && !floats(one);
  const all = [...document.querySelectorAll("main :is(td, th, dd, dt, p, h1, h2, button, .btn)")].filter(seen);
  const lines = all.map((one) => {
    const range = document.createRange();
    range.selectNodeContents(one);
    return [...range.getClientRects()].filter((line) => line.width > 1 && line.height > 1);
  });
  const shared = (from, to) => Math.min(...to) - Math.max(...from);
  const over = (a, b) => shared([a.left, b.left], [a.right, b.right]) > 2
    && shared([a.top, b.top], [a.bottom, b.bottom]) > 4;
  const meet = (i, j) => lines[i].some((a) => lines[j].some((b) => over(a, b)));
  return all.flatMap((one, i) => all.flatMap((other, j) =>
    j > i && !one.contains(other) && meet(i, j) ? [`${one.innerText} over ${other.innerText}`] : []));
}"""
_LOOKS, _LOOK_AGAIN_MS = 20, 100


def texts_over_texts(page: Page) -> list[str]:
    """Pairs of texts that are seen and lie over one another; what floats over a screen, as what is chosen, may."""
    found: list[str] = []
    for _ in range(_LOOKS):  # what is just being drawn is none
        found = page.evaluate(_TEXTS_OVER_TEXTS)
        if not found:
            break
        page.wait_for_timeout(_LOOK_AGAIN_MS)
    return found


def low_buttons(page: Page) -> list[str]:
    """Buttons and links that look like ones, lower than a gloved finger needs."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("button, .btn, select, input:not([type=checkbox], [type=radio])")]
          .filter((one) => one.offsetParent && !one.matches(".hidden-text") && one.getBoundingClientRect().height < 40)
          .map((one) => one.outerHTML.slice(0, 120))"""
    )
    return found


def words(language: str) -> dict[str, str]:
    loaded: dict[str, str] = json.loads((Path(WEB) / "src" / "words" / f"{language}.json").read_text(encoding="utf-8"))
    return loaded
