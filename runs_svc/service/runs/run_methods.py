"""What each part of RunsService is made of, and how it answers with a run."""

from typing import TypeVar

from google.protobuf.message import Message

from rpckit import preencoded
from runs_svc.domain.runs.run_view import RunView
from runs_svc.ports import EncodedRuns, Ledger
from runs_svc.service.runs.usecases import RunsUsecases

M = TypeVar("M", bound=Message)


class RunMethods:
    """The base of the classes that RunsServicer is mixed of."""

    _ledger: Ledger
    _usecases: RunsUsecases
    _encoded: EncodedRuns

    def _answer(self, kind: type[M], view: RunView, rest: M | None = None) -> M:
        """An answer of a kind whose field `run` is this run, with the rest of its fields."""
        return preencoded.answer_with(kind, "run", self._encoded.view(view), rest)
