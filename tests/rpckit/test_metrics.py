"""Numbers that a server tells, where they cannot be read, and where they cannot be told."""

import asyncio
import urllib.request
from collections.abc import Sequence

import pytest

from foundation.errors import ServiceError
from rpckit.observability.metrics import ServerMetrics
from rpckit.observability.readings import Reading
from rpckit.settings import ConfigurationError
from testkit.local_servers import free_address


async def scraped(metrics: ServerMetrics) -> str:
    address = free_address()
    stop = metrics.serve(address)
    try:
        return await asyncio.to_thread(
            lambda: urllib.request.urlopen(f"http://{address}/metrics", timeout=10).read().decode()
        )
    finally:
        await asyncio.to_thread(stop)


async def test_numbers_that_cannot_be_read_leave_the_others() -> None:
    async def fails() -> Sequence[Reading]:
        raise OSError("the disk is gone")

    async def read() -> Sequence[Reading]:
        return [Reading("rmos_accepts_writes", "Whether they are accepted.", 0)]

    metrics = ServerMetrics("runs_svc", "1.2.3")
    metrics.read_when_asked(fails, read)
    text = await scraped(metrics)
    assert "rmos_readings_complete 0.0" in text
    assert "rmos_accepts_writes 0.0" in text
    assert 'rmos_server_info{server="runs_svc",version="1.2.3"} 1.0' in text


async def test_a_database_that_is_away_is_one_line_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    async def fails() -> Sequence[Reading]:
        raise ServiceError("the database cannot be reached at the moment; try again")

    metrics = ServerMetrics("runs_svc", "1.2.3")
    metrics.read_when_asked(fails)
    assert "rmos_readings_complete 0.0" in await scraped(metrics)
    told = [record for record in caplog.records if record.name == "rmos.server" and record.msg.startswith("numbers")]
    assert [(record.levelname, record.exc_info) for record in told] == [("WARNING", None)]


async def test_readings_of_one_name_are_one_family() -> None:
    async def read() -> Sequence[Reading]:
        return [
            Reading("rmos_used", "Used.", 1.5, {"of": "day"}),
            Reading("rmos_used", "Used.", 2, {"of": "week"}),
            Reading("rmos_made", "Made.", 7, kind="counter"),
        ]

    metrics = ServerMetrics("runs_svc", "1.2.3")
    metrics.read_when_asked(read)
    lines = (await scraped(metrics)).splitlines()
    assert [line for line in lines if "rmos_used" in line] == [
        "# HELP rmos_used Used.",
        "# TYPE rmos_used gauge",
        'rmos_used{of="day"} 1.5',
        'rmos_used{of="week"} 2.0',
    ]
    assert "rmos_made_total 7.0" in lines


@pytest.mark.parametrize("listen", ["9100", ":9100", "127.0.0.1:", "127.0.0.1:99999", "127.0.0.1:x"])
def test_an_address_that_is_none_is_refused(listen: str) -> None:
    with pytest.raises(ConfigurationError, match="an address is host:port"):
        ServerMetrics("runs_svc", "1").serve(listen)


def test_a_taken_address_is_refused() -> None:
    address = free_address()
    stop = ServerMetrics("runs_svc", "1").serve(address)
    try:
        with pytest.raises(ConfigurationError, match=f"cannot tell metrics on {address}"):
            ServerMetrics("runs_svc", "1").serve(address)
    finally:
        stop()
