"""Ask the feasibility service once about equal inputs of attempts that arrived together."""

import asyncio

from rpckit import canonical_json
from rpckit.canonical_json import JsonObject
from runs_svc.domain.report import Report
from runs_svc.ports import Evaluator


class AskedOnce:
    """An evaluator that remembers what it was asked. For one batch: later the catalogue may be another."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        self._reports: dict[bytes, asyncio.Task[Report]] = {}

    async def evaluate(
        self, design: JsonObject, context: JsonObject, *, engine_id: str, request_id: str, timeout_s: float
    ) -> Report:
        inputs = canonical_json.dumps([design, context, engine_id])
        if inputs not in self._reports:
            asked = self._evaluator.evaluate(
                design, context, engine_id=engine_id, request_id=request_id, timeout_s=timeout_s
            )
            self._reports[inputs] = asyncio.create_task(asked)
        return await self._reports[inputs]
