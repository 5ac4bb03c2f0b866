"""Letting bytes go that nothing needs."""

import os
from collections.abc import Sequence
from pathlib import Path
from unittest.mock import Mock

from foundation.call import Call
from runs_svc.adapters.blobs.tree import BlobTree
from runs_svc.adapters.memory.entities import MemoryEntityStore
from runs_svc.adapters.system import SystemClock, SystemIds
from runs_svc.domain.ids import Digest
from runs_svc.ports.offline import OfflineLedger
from runs_svc.usecases.entities.maintenance_log import MaintenanceLog
from runs_svc.usecases.upkeep.collect_blobs import Collect
from tests.stores.test_blobs import digest_of

CALL = Call("req_1", None)


async def test_bytes_that_come_again_while_others_go_stay(tmp_path: Path) -> None:
    tree = BlobTree(tmp_path)
    contents = [b"nobody's", b"sent again", b"gone already"]
    nobodys, again, gone = (digest_of(content) for content in contents)
    for content in contents:
        tree.keep(digest_of(content), iter([content]))
        os.utime(tree.path_of(digest_of(content)), (0, 0))

    def forget(_: Sequence[Digest]) -> None:
        os.utime(tree.path_of(again))  # as a server does that has just started
        tree.path_of(gone).unlink()

    empty = Mock(spec=OfflineLedger, **{"subjects.return_value": {}})
    log = MaintenanceLog(MemoryEntityStore(), clock=SystemClock(), ids=SystemIds())
    found = await Collect(empty, tree, log, forget=forget).collect(
        person="M. Sato", reason="the disk is full", call=CALL
    )
    assert {item.digest for item in found.blobs} == {nobodys, again, gone}
    assert list(tree.names()) == [again]
