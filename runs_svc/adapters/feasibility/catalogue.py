"""The catalogue of the feasibility service, through the client package.

Entries hardly change: what was answered is kept for a while, and the last answer is better than none.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping

from foundation.call import current_call
from foundation.canonical_json import JsonMapping
from foundation.json_members import child, text
from rmos_client.async_catalog import AsyncCatalogClient
from rmos_client.errors import RmosError
from rpckit import proto_json

log = logging.getLogger("rmos.runs")
_TIMEOUT_S = 2.0
_KEPT_S = 60.0
_MOST_KEPT = 1_000


class RpcPresetCatalogue:
    def __init__(self, client: AsyncCatalogClient, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._clock = clock
        self._kept: dict[tuple[str, str], tuple[float, JsonMapping]] = {}

    async def entries(self, presets: Mapping[str, str]) -> Mapping[str, JsonMapping]:
        found = await asyncio.gather(*(self._entry(group, preset) for group, preset in presets.items()))
        return {group: entry for group, entry in zip(presets, found, strict=True) if entry}

    async def _entry(self, group: str, preset: str) -> JsonMapping:
        """An entry; empty where there is none, or nobody answers."""
        kept_until, known = self._kept.get((group, preset), (0.0, {}))
        if self._clock() < kept_until:
            return known
        try:
            answer = await self._client.preset(
                group, preset, request_id=current_call.get().request_id, timeout_s=_TIMEOUT_S
            )
        except RmosError as error:
            log.info("preset not read", extra={"preset": preset, "cause": f"{error.code.name} {error.reason}"})
            return known
        value = proto_json.read(answer, "preset")
        entry = {**child(value, group), "display_name": text(value, "display_name")}
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()
        self._kept[group, preset] = (self._clock() + _KEPT_S, entry)
        return entry
