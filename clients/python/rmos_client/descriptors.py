"""The contract as a descriptor set, for callers of servers that do not describe themselves."""

import importlib
import pkgutil
from pathlib import Path

from google.protobuf.descriptor import FileDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.rpc import error_details_pb2

import rmos

_PACKAGES = Path(rmos.__path__[0]).parent


def descriptor_set() -> FileDescriptorSet:
    """Every file of the contract with its comments, what it imports (each after its imports), and details of errors."""
    files: dict[str, FileDescriptor] = {}
    for module in pkgutil.walk_packages(rmos.__path__, "rmos."):
        if module.name.endswith("_pb2"):
            _add(importlib.import_module(module.name).DESCRIPTOR, files)
    _add(error_details_pb2.DESCRIPTOR, files)
    found = FileDescriptorSet()
    for file in files.values():
        described = found.file.add()
        file.CopyToProto(described)
        comments = _PACKAGES / file.name.replace(".proto", ".comments")
        if comments.is_file():  # stubs of Python do not keep them
            described.source_code_info.MergeFromString(comments.read_bytes())
    return found


def _add(file: FileDescriptor, files: dict[str, FileDescriptor]) -> None:
    if file.name not in files:
        for dependency in file.dependencies:
            _add(dependency, files)
        files[file.name] = file
