"""What a run comes from and what came from it, hop by hop."""

from collections.abc import Sequence
from dataclasses import dataclass

from foundation import canonical_json
from runs_svc.domain.ids import RunId
from runs_svc.domain.listing.filters import Comparison, Or
from runs_svc.ports import Ledger, ListedRun, ListQuery

MOST_HOPS = 100
MOST_DESCENDANTS = 1_000
_SIBLINGS = 50
"""Parents asked for in one query."""


@dataclass(frozen=True, slots=True)
class Relative:
    """A run and its distance."""

    run: ListedRun
    hops: int


@dataclass(frozen=True, slots=True)
class Lineage:
    """The relatives of a run; `truncated` when there are more."""

    ancestors: Sequence[Relative]
    descendants: Sequence[Relative]
    truncated: bool


class FindLineage:
    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def find(self, run_id: RunId, *, hops_up: int, hops_down: int) -> Lineage:
        """The relatives of a run.

        Raises:
            RunNotFoundError: There is no such run.
        """
        parent = (await self._ledger.get_index(run_id)).parent_run_id
        ancestors, more_up = await self._up(parent, hops_up)
        descendants, more_down = await self._down(run_id, hops_down)
        return Lineage(ancestors, descendants, more_up or more_down)

    async def _up(self, parent: str, most: int) -> tuple[list[Relative], bool]:
        found: list[Relative] = []
        while parent and len(found) < most:
            listed = await self._listed(RunId(parent))
            found.append(Relative(listed, len(found) + 1))
            parent = listed.index.parent_run_id
        return found, bool(parent)

    async def _listed(self, run_id: RunId) -> ListedRun:
        document = (await self._ledger.get(run_id)).run
        intact = canonical_json.sha256_hex(document.document) == document.sha256
        return ListedRun(run_id, await self._ledger.get_index(run_id), document.sha256, intact)

    async def _down(self, run_id: RunId, most: int) -> tuple[list[Relative], bool]:
        found: list[Relative] = []
        generation = [run_id]
        for hops in range(1, most + 2):  # one hop more, only to see whether there is any
            children = await self._children(generation, MOST_DESCENDANTS - len(found) + 1)
            if not children:
                return found, False
            if hops > most or len(found) + len(children) > MOST_DESCENDANTS:
                room = MOST_DESCENDANTS - len(found) if hops <= most else 0
                return [*found, *(Relative(child, hops) for child in children[:room])], True
            found.extend(Relative(child, hops) for child in children)
            generation = [child.run_id for child in children]
        return found, False

    async def _children(self, parents: Sequence[RunId], most: int) -> list[ListedRun]:
        children: list[ListedRun] = []
        for start in range(0, len(parents), _SIBLINGS):
            named = tuple(
                Comparison("parent_run_id", "=", parent.text) for parent in parents[start : start + _SIBLINGS]
            )
            children.extend(await self._ledger.scan(ListQuery(Or(named), most, newest_first=False)))
        children.sort(key=lambda child: (child.index.created_at_utc, child.run_id))
        return children[:most]
