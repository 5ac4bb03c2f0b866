"""A v1 index as a file that is written."""

from collections.abc import AsyncIterator
from pathlib import Path

import orjson

from runs_svc.domain.ids import RunId


async def write_index(output: Path, records: AsyncIterator[tuple[RunId, bytes]]) -> int:
    """Write records beside the index's name first, so that it appears whole; how many there are."""
    staged, count = output.with_name(f"{output.name}.tmp"), 0
    with staged.open("wb") as file:
        file.write(b"{")
        async for run_id, record in records:
            file.write(b",\n" if count else b"\n")
            file.write(orjson.dumps(str(run_id)) + b": " + record)
            count += 1
        file.write(b"\n}\n")
    staged.replace(output)
    return count
