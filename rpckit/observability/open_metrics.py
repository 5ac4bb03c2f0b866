"""The numbers of a server, where they are asked for."""

from importlib import metadata
from typing import TYPE_CHECKING

from rpckit.observability.readings import ReadNow
from rpckit.server import RunningServer

if TYPE_CHECKING:
    from rpckit.observability.metrics import ServerMetrics


def open_metrics(listen: str | None, server: str) -> "ServerMetrics | None":
    """The numbers of a server; None where no address tells them."""
    if listen is None:
        return None
    from rpckit.observability.metrics import ServerMetrics  # the client of Prometheus is loaded only where it is needed

    return ServerMetrics(server, metadata.version("rmos"))


def tell_metrics(metrics: "ServerMetrics | None", listen: str | None, running: RunningServer, *reads: ReadNow) -> None:
    """Tell the numbers, with those that are read when asked, until the server has stopped.

    Raises:
        ConfigurationError: The address cannot be served, or is taken.
    """
    if metrics is not None and listen is not None:
        metrics.read_when_asked(*reads)
        running.at_end.append(metrics.serve(listen))
