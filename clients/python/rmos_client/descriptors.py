"""The contract as a descriptor set, for callers of servers that do not describe themselves."""

import importlib
import pkgutil

from google.protobuf.descriptor import FileDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.rpc import error_details_pb2

import rmos


def descriptor_set() -> FileDescriptorSet:
    """Every file of the contract and what it imports, each after its imports; and the details of errors.

    Comments are not in it: they are in `rmos.binpb` beside the wheels of a release.
    """
    files: dict[str, FileDescriptor] = {}
    for module in pkgutil.walk_packages(rmos.__path__, "rmos."):
        if module.name.endswith("_pb2"):
            _add(importlib.import_module(module.name).DESCRIPTOR, files)
    _add(error_details_pb2.DESCRIPTOR, files)
    found = FileDescriptorSet()
    for file in files.values():
        file.CopyToProto(found.file.add())
    return found


def _add(file: FileDescriptor, files: dict[str, FileDescriptor]) -> None:
    if file.name not in files:
        for dependency in file.dependencies:
            _add(dependency, files)
        files[file.name] = file
