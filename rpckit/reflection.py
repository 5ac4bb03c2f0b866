"""A server that describes itself: reflection v1alpha and v1."""

from collections.abc import Sequence
from typing import Any

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool
from grpc_reflection.v1alpha import _async as reflection
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

REFLECTION_V1 = "grpc.reflection.v1.ServerReflection"
REFLECTION_V1ALPHA = "grpc.reflection.v1alpha.ServerReflection"


class _MethodPool:
    """The descriptor pool, made to find methods too: `describe Service.Method` asks for them."""

    def FindFileContainingSymbol(self, symbol: str) -> Any:
        pool = descriptor_pool.Default()
        try:
            return pool.FindFileContainingSymbol(symbol)
        except KeyError:
            service, _, method = symbol.rpartition(".")
            if method in pool.FindServiceByName(service).methods_by_name:
                return pool.FindFileContainingSymbol(service)
            raise

    def __getattr__(self, name: str) -> Any:
        return getattr(descriptor_pool.Default(), name)


def _describe_reflection_v1() -> None:
    """Make the v1 service known to the descriptor pool, so that reflection can describe itself."""
    file = descriptor_pb2.FileDescriptorProto()
    reflection_pb2.DESCRIPTOR.CopyToProto(file)
    file.name, file.package = "grpc/reflection/v1/reflection.proto", "grpc.reflection.v1"
    for field in (field for message in file.message_type for field in message.field if field.type_name):
        field.type_name = field.type_name.replace("v1alpha", "v1")
    for method in file.service[0].method:
        method.input_type = method.input_type.replace("v1alpha", "v1")
        method.output_type = method.output_type.replace("v1alpha", "v1")
    descriptor_pool.Default().AddSerializedFile(file.SerializeToString())


def add_reflection(server: Any, names: Sequence[str]) -> None:
    """Let a server describe the services with these names, under both versions of the protocol."""
    # grpcio-reflection serves v1alpha only; v1 has the same messages under another package.
    _describe_reflection_v1()
    servicer = reflection.ReflectionServicer([*names, REFLECTION_V1, REFLECTION_V1ALPHA], pool=_MethodPool())
    reflection_pb2_grpc.add_ServerReflectionServicer_to_server(servicer, server)  # type: ignore[no-untyped-call]
    handler = grpc.stream_stream_rpc_method_handler(
        servicer.ServerReflectionInfo,
        request_deserializer=reflection_pb2.ServerReflectionRequest.FromString,
        response_serializer=reflection_pb2.ServerReflectionResponse.SerializeToString,
    )
    server.add_generic_rpc_handlers(
        (grpc.method_handlers_generic_handler(REFLECTION_V1, {"ServerReflectionInfo": handler}),)
    )
