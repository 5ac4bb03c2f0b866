"""Servers with one thing broken."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from testkit.local_servers import LocalServers

StartServers = Callable[[Path], LocalServers]


def careless_in(what: str) -> StartServers:
    """Servers of which the runs server is careless in something: see `careless_server`."""
    return partial(LocalServers, runs_module="tests.promises.careless_server", runs_environment={"CARELESS": what})
