"""Rosette previews, and lists of many assets beside lists of few."""

import asyncio
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from bench.what_if import Figure
from foundation.call import Call
from rmos_client.jobs import read_job
from rpckit import proto_json
from rpckit.page_tokens import NO_END
from runs_svc.adapters.rendering.painter import paint
from runs_svc.adapters.sqlite.connections import SqliteDatabase
from runs_svc.adapters.sqlite.entities import SqliteEntityStore
from runs_svc.adapters.sqlite.schema import migrate_url
from runs_svc.adapters.system import SystemClock
from runs_svc.domain.advisory.asset import Asset
from runs_svc.domain.advisory.prompt import prompt_sha256, read_prompt
from runs_svc.ports import RosetteScene
from runs_svc.usecases.advisory.assets import Assets

ROOT = Path(__file__).parents[1]
FEW = 1_000
_GROUP, _CALLS = 500, 40
_CALL = Call("bench", None)
_WORDS = ("rope", "mosaic", "herringbone", "abalone", "purfling", "celtic knot", "tree of life")
_RARE = frozenset({101, 301, 501, 701, 901})
_LISTS = {
    "newest": ("", ""),
    "by state": ("state = pending", ""),
    "by confidence": ("", "confidence desc"),
    "by words": ('prompt : "rope rosette"', ""),
    "by a rare word": ("prompt : heirloom", ""),
    "none": ("provider = nobody", ""),
}


def measure(folder: Path, *, rounds: int, many: int) -> list[Figure]:
    """Previews per second on one core, and for each kind of list the time among many over the time among few."""
    return [
        Figure("rosette previews of 600 px, per second and core", _previews_per_s(rounds), 20.0, 30.0),
        *asyncio.run(_lists(folder, rounds=rounds, many=many)),
    ]


def _previews_per_s(rounds: int) -> float:
    design = proto_json.read(read_job(ROOT / "examples" / "classical_rosette.yaml").design)
    return statistics.median(
        10 / _seconds(lambda: [paint(RosetteScene(design), size_px=600, mime="image/png") for _ in range(10)])
        for _ in range(rounds)
    )


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


async def _lists(folder: Path, *, rounds: int, many: int) -> list[Figure]:
    few_assets, few = await _filled(folder / "few", FEW)
    many_assets, large = await _filled(folder / "many", many)
    try:
        figures = []
        for name, (filter_text, order_by) in _LISTS.items():
            ratios = []
            for _ in range(rounds + 1):
                base = await _page_s(few_assets, filter_text, order_by)
                ratios.append(await _page_s(many_assets, filter_text, order_by) / base)
            ratio = statistics.median(ratios[1:])
            title = f"ListAdvisoryAssets {name}, {many:,} / {FEW:,}"
            figures.append(Figure(title, ratio, 1.2, 1.1, smaller_is_better=True))
        return figures
    finally:
        await few.close()
        await large.close()


async def _filled(folder: Path, count: int) -> tuple[Assets, SqliteDatabase]:
    folder.mkdir(parents=True)
    url = f"sqlite:///{folder / 'rmos.db'}"
    migrate_url(url)
    database = SqliteDatabase(url)
    assets = Assets(SqliteEntityStore(database), clock=SystemClock(), four_eyes=False)
    for start in range(0, count, _GROUP):
        await asyncio.gather(*(assets.add(_asset(number), call=_CALL) for number in range(start, start + _GROUP)))
    return assets, database


def _asset(number: int) -> Asset:
    rare = " heirloom" if number in _RARE else ""
    prompt = f"{_WORDS[number % len(_WORDS)]} rosette number {number}{rare}"
    return Asset(
        asset_id=f"adv_{number:012x}",
        asset_type="image",
        source="ai_graphics",
        provider="bench",
        created_at_utc="2026-03-01T12:00:00.000000Z",
        request_id="req_bench",
        prompt=prompt,
        prompt_sha256=prompt_sha256(prompt),
        reading=read_prompt(prompt),
        confidence=number % 997 / 997,
    )


async def _page_s(assets: Assets, filter_text: str, order_by: str) -> float:
    times = []
    for _ in range(_CALLS):
        started = time.perf_counter()
        await assets.page(NO_END, filter_text=filter_text, order_by=order_by, page_size=50, page_token="")
        times.append(time.perf_counter() - started)
    return statistics.median(times)
