"""The contract that the client brings along, for servers that do not describe themselves."""

from google.protobuf.descriptor_pool import DescriptorPool

from rmos_client.descriptors import descriptor_set
from tests.services import SERVICES


def test_a_reader_finds_every_service_and_the_details_of_errors_in_it() -> None:
    pool = DescriptorPool()
    files = descriptor_set().file
    for file in files:  # refused by the pool where an import comes later or is missing
        pool.AddSerializedFile(file.SerializeToString())
    for service in SERVICES:
        found = pool.FindServiceByName(service.full_name)
        assert [method.name for method in found.methods] == [method.name for method in service.methods]
    assert pool.FindMessageTypeByName("google.rpc.ErrorInfo").fields_by_name["reason"].number == 1
    uncommented = [file.name for file in files if file.name.startswith("rmos/") and not file.source_code_info.location]
    assert not uncommented
