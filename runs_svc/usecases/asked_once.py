"""Ask the feasibility service once about equal inputs of attempts that arrived together."""

import asyncio

from runs_svc.domain.report import Report
from runs_svc.domain.run import Inputs
from runs_svc.ports import Evaluator


class AskedOnce:
    """An evaluator that remembers what it was asked. For one batch: later the catalogue may be another."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        self._reports: dict[bytes, asyncio.Task[Report]] = {}

    async def evaluate(self, inputs: Inputs, *, request_id: str, timeout_s: float) -> Report:
        asked = inputs.canonical
        if asked not in self._reports:
            evaluation = self._evaluator.evaluate(inputs, request_id=request_id, timeout_s=timeout_s)
            self._reports[asked] = asyncio.create_task(evaluation)
        return await self._reports[asked]
