"""A server that describes itself: reflection v1alpha and v1, with the comments of the contract."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool
from grpc_reflection.v1alpha import _async as reflection
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

import rmos

_PACKAGES = Path(rmos.__path__[0]).parent
REFLECTION_V1 = "grpc.reflection.v1.ServerReflection"
REFLECTION_V1ALPHA = "grpc.reflection.v1alpha.ServerReflection"


class _CommentedFile:
    """A file of the contract as the servicer reads it, with the comments that stubs of Python do not keep."""

    def __init__(self, file: Any) -> None:
        self.name: str = file.name
        self._file = file

    @property
    def dependencies(self) -> list["_CommentedFile"]:
        return [_CommentedFile(file) for file in self._file.dependencies]

    def CopyToProto(self, proto: descriptor_pb2.FileDescriptorProto) -> None:
        self._file.CopyToProto(proto)
        proto.source_code_info.MergeFromString(_comments(self.name))


@cache
def _comments(name: str) -> bytes:
    """The comments of a file of the contract, which lie beside its stub; others have none."""
    file = _PACKAGES / name.replace(".proto", ".comments")
    return file.read_bytes() if file.is_file() else b""


class _Pool:
    """The descriptor pool, with comments, made to find methods too: `describe Service.Method` asks for them."""

    def FindFileByName(self, name: str) -> _CommentedFile:
        return _CommentedFile(descriptor_pool.Default().FindFileByName(name))

    def FindFileContainingSymbol(self, symbol: str) -> _CommentedFile:
        pool = descriptor_pool.Default()
        try:
            return _CommentedFile(pool.FindFileContainingSymbol(symbol))
        except KeyError:
            service, _, method = symbol.rpartition(".")
            if method in pool.FindServiceByName(service).methods_by_name:
                return _CommentedFile(pool.FindFileContainingSymbol(service))
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
    servicer = reflection.ReflectionServicer([*names, REFLECTION_V1, REFLECTION_V1ALPHA], pool=_Pool())
    reflection_pb2_grpc.add_ServerReflectionServicer_to_server(servicer, server)  # type: ignore[no-untyped-call]
    handler = grpc.stream_stream_rpc_method_handler(
        servicer.ServerReflectionInfo,
        request_deserializer=reflection_pb2.ServerReflectionRequest.FromString,
        response_serializer=reflection_pb2.ServerReflectionResponse.SerializeToString,
    )
    server.add_generic_rpc_handlers(
        (grpc.method_handlers_generic_handler(REFLECTION_V1, {"ServerReflectionInfo": handler}),)
    )
