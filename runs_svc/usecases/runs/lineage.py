"""What a run comes from and what came from it, hop by hop."""

from collections.abc import Sequence
from dataclasses import dataclass

from foundation import canonical_json
from runs_svc.domain.errors import RunCorruptError, RunNotFoundError
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
    """The relatives of a run, each once; `truncated` when there are more."""

    ancestors: Sequence[Relative]
    descendants: Sequence[Relative]
    truncated: bool
    missing_parent: str = ""
    """The parent, as recorded, that the last ancestor names and that is no run of this store."""


class FindLineage:
    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def find(self, run_id: RunId, *, hops_up: int, hops_down: int) -> Lineage:
        """The relatives of a run, as far as they are there. What imported runs name as parents may be anything: a run
        that is absent, a text of another form, the run itself, a run that comes from it.

        Raises:
            RunNotFoundError: There is no such run.
            RunCorruptError: A relative's record cannot be read.
        """
        parent = (await self._ledger.get_index(run_id)).parent_run_id
        ancestors, missing, more_up = await self._up(run_id, parent, hops_up)
        descendants, more_down = await self._down(run_id, hops_down)
        listed = {relative.run.run_id for relative in ancestors}
        others = [relative for relative in descendants if relative.run.run_id not in listed]
        return Lineage(ancestors, others, more_up or more_down, missing)

    async def _up(self, run_id: RunId, parent: str, most: int) -> tuple[list[Relative], str, bool]:
        """The ancestors, the parent that is missing behind them, and whether there are more."""
        found: list[Relative] = []
        met = {run_id.text}
        while parent and parent not in met:
            if len(found) == most:
                there = await self._is_there(parent)
                return found, "" if there else parent, there
            listed = await self._find_run(parent)
            if listed is None:
                return found, parent, False
            met.add(parent)
            found.append(Relative(listed, len(found) + 1))
            parent = listed.index.parent_run_id
        return found, "", False

    async def _is_there(self, parent: str) -> bool:
        try:
            await self._ledger.get_index(RunId(parent))
        except (ValueError, RunNotFoundError):
            return False
        except RunCorruptError:
            return True  # it is damaged, but beyond what was asked for
        return True

    async def _find_run(self, parent: str) -> ListedRun | None:
        """The run a record names as parent; None when there is none, or when no run can be called so."""
        try:
            run_id = RunId(parent)
            document = (await self._ledger.get(run_id)).run
            index = await self._ledger.get_index(run_id)
        except (ValueError, RunNotFoundError):
            return None
        intact = canonical_json.sha256_hex(document.document) == document.sha256
        return ListedRun(run_id, index, document.sha256, intact)

    async def _down(self, run_id: RunId, most: int) -> tuple[list[Relative], bool]:
        """The descendants, and whether there are more. A run has one parent: a circle can only lead back here."""
        found: list[Relative] = []
        generation = [run_id]
        for hops in range(1, most + 2):  # one hop more, only to see whether there is any
            room = MOST_DESCENDANTS - len(found)
            children = await self._children(generation, room + 2)  # one too many, and perhaps the run itself
            children = [child for child in children if child.run_id != run_id]
            if not children:
                return found, False
            if hops > most or len(children) > room:
                return [*found, *(Relative(child, hops) for child in children[: room if hops <= most else 0])], True
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
