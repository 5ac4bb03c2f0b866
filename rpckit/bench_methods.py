"""The empty methods of the benchmarks, which a server of the source tree serves when it is asked to."""

from typing import Literal

import grpc

from rpckit.settings import ConfigurationError


def bench_methods(server: Literal["feasibility", "runs"], *, asked: bool) -> list[grpc.GenericRpcHandler]:
    """Handlers of the empty methods; none unless they are asked for.

    Raises:
        ConfigurationError: This is an installed server; the benchmarks stand in the source tree only.
    """
    if not asked:
        return []
    try:
        from bench.null_methods import METHODS, null_handlers  # what is served needs no benchmark otherwise
    except ImportError as error:
        raise ConfigurationError("the empty methods of the benchmarks exist in the source tree only") from error
    return null_handlers(METHODS[server])
