"""What the page costs in Chromium: `python -m bench.page` or `make bench-page`, with a store of 10,000 runs.

A tablet of 2020 in a workshop is Chromium with its processor slowed four times, 10 Mbit/s and 20 ms to the server. The
servers ask nobody who calls, so that what is measured is not a log-in. Times are of this machine, beside whatever else
it does.
"""

import argparse
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from bench.many_runs import fill_store
from bench.what_if import JOB, Figure
from deploy.door import PAGE, Door
from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.runs.v1.runs_service_pb2_grpc import RunsServiceStub
from rmos_client.jobs import read_job
from testkit.local_servers import LocalServers, free_address

_DRAWN = 60
"""Runs of the first page and of a bit more, with pictures."""
_SLOWER, _MBIT, _LATENCY_MS = 4, 10, 20
_LIMIT_S = 60.0
_TELL = """
window.told = {longest: 0, rows: 0};
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) told.longest = Math.max(told.longest, one.duration);
}).observe({type: "longtask", buffered: true});
document.addEventListener("DOMContentLoaded", () => {
  const observer = new MutationObserver(() => {
    if (document.querySelectorAll("tbody tr").length < 50) return;
    observer.disconnect();
    told.rows = performance.now();
    requestAnimationFrame(() => setTimeout(() => (told.painted = performance.now())));
  });
  observer.observe(document.body, {childList: true, subtree: true});
});
"""
_TIMES = """() => ({
  paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime,
  answer: performance.getEntriesByType("resource").filter((one) => one.name.endsWith("/ListRuns")).at(0)?.responseEnd,
  travelled: performance.getEntriesByType("resource").reduce((sum, one) => sum + one.transferSize, 0),
  ...told,
})"""


_LOADED = {
    "first paint on a tablet, cold [ms]": ("paint", 1_000),
    "list usable on a tablet, cold [ms]": ("usable", 1_500),
    "50 rows from answer to document, on a tablet [ms]": ("render_slow", 50 * _SLOWER),
    "the same on a desk [ms]": ("render", 50),
    "longest task while scrolling, on a desk [ms]": ("scroll", 50),
    "first load as it travels [kB]": ("travelled", 120 + 20 + 80),
}
"""Figures of a load: where they stand, and what is demanded."""


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--runs", type=int, default=10_000)
    given.add_argument("--rounds", type=int, default=5)
    asked = given.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="rmos-page-") as folder,
        _workshop(Path(folder), asked.runs) as (stub, address),
    ):
        for figure in measure(stub, address, rounds=asked.rounds):
            sign = "<=" if figure.smaller_is_better else ">="
            word = "met" if figure.met else "MISSED"
            print(f"{figure.name:<72} {figure.value:>10.1f}   {sign} {figure.at_least:g}   {word}", flush=True)


@contextmanager
def _workshop(folder: Path, count: int) -> Iterator[tuple[RunsServiceStub, str]]:
    """Both servers with a store of so many runs, behind the door."""
    if not (PAGE / "index.html").exists():
        raise SystemExit("the page is not built: `make web` builds it")
    fill_store(folder / "runs", count)
    with LocalServers(folder) as servers, grpc.insecure_channel(servers.runs.address) as channel:
        address = free_address()
        behind = {"feasibility": servers.feasibility.address, "runs": servers.runs.address}
        door = Door(listen=address, servers=behind, folder=folder / "door").open()
        try:
            stub = RunsServiceStub(channel)
            job = read_job(JOB)
            for number in range(_DRAWN):
                job.design.name = f"Rosette {number}"
                stub.CreateRun(
                    pb.CreateRunRequest(design=job.design, context=job.context, mode="rosette"), timeout=_LIMIT_S
                )
            yield stub, f"https://{address}"
        finally:
            door.kill()
            door.wait(_LIMIT_S)


def measure(stub: RunsServiceStub, address: str, *, rounds: int) -> Iterator[Figure]:
    """Each figure, its median over some rounds where it is a time."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("there is no chromium: `make chromium` installs Debian's")
    page_of_runs = pb.ListRunsRequest(page_size=50)
    listing = sorted(_timed(lambda: stub.ListRuns(page_of_runs, timeout=_LIMIT_S)) for _ in range(100))
    yield _at_most("ListRuns of 50, p95 [ms]", listing[94], 200)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-dev-shm-usage", "--enable-precise-memory-info"]
        )
        try:
            loads = [_load(browser, address) for _ in range(rounds)]
            for name, (key, limit) in _LOADED.items():
                yield _at_most(name, statistics.median(load[key] for load in loads), limit)
            grown = _memory(browser, address, stub)
            yield _at_most("memory of scripts grown by 500 live messages [kB]", grown / 1_000, 500)
        finally:
            browser.close()


def _at_most(name: str, value: float, limit: float) -> Figure:
    return Figure(name, value, limit, limit, smaller_is_better=True)


def _timed(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1_000


def _open(browser: Browser) -> tuple[Page, CDPSession]:
    context = browser.new_context(ignore_https_errors=True, viewport={"width": 820, "height": 1180})
    context.set_default_timeout(_LIMIT_S * 1_000)
    page = context.new_page()
    page.add_init_script(_TELL)
    return page, context.new_cdp_session(page)


def _load(browser: Browser, address: str) -> dict[str, float]:
    """One cold load on a tablet, and one on a desk that is scrolled to its end."""
    page, devtools = _open(browser)
    devtools.send("Network.enable")
    speed = _MBIT * 1_000_000 / 8
    conditions = {"offline": False, "latency": _LATENCY_MS, "downloadThroughput": speed, "uploadThroughput": speed}
    devtools.send("Network.emulateNetworkConditions", conditions)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": _SLOWER})
    slow = _times(page, address)
    page.context.close()
    page, _ = _open(browser)
    fast = _times(page, address)
    page.evaluate("() => (told.longest = 0)")
    for _ in range(20):
        page.mouse.wheel(0, 300)
        page.wait_for_timeout(50)
    page.wait_for_timeout(300)
    longest = page.evaluate("() => told.longest")
    page.context.close()
    return {
        "paint": slow["paint"],
        "usable": slow["painted"],
        "render_slow": slow["rows"] - slow["answer"],
        "render": fast["rows"] - fast["answer"],
        "scroll": longest,
        "travelled": slow["travelled"] / 1_000,
    }


def _times(page: Page, address: str) -> dict[str, Any]:
    page.goto(f"{address}/runs")
    page.wait_for_function("() => told.painted")
    found: dict[str, Any] = page.evaluate(_TIMES)
    return found


def _memory(browser: Browser, address: str, stub: RunsServiceStub) -> float:
    """By how much the memory of scripts grows with 500 messages about the run on top, after 1,000 before. [bytes]"""
    page, devtools = _open(browser)
    page.goto(f"{address}/runs")
    page.wait_for_function("() => document.querySelector('.live')?.textContent.includes('Live')")
    top = stub.ListRuns(pb.ListRunsRequest(page_size=1), timeout=_LIMIT_S).runs[0].name
    sizes = []
    for number in range(3):
        for message in range(500):
            note = pb.AnnotateRunRequest(name=top, person="bench", note=f"{number} {message}")
            stub.AnnotateRun(note, timeout=_LIMIT_S)
        page.wait_for_timeout(5_000)
        for _ in range(2):
            devtools.send("HeapProfiler.collectGarbage")
        sizes.append(devtools.send("Runtime.getHeapUsage")["usedSize"])
    page.context.close()
    return float(sizes[2] - sizes[1])


if __name__ == "__main__":
    main()
