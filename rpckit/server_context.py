"""The type of a servicer method's second argument."""

from typing import Any, TypeAlias

import grpc

ServicerContext: TypeAlias = "grpc.aio.ServicerContext[Any, Any]"
