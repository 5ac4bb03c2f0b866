"""An engineer with a generic gRPC client and no proto files: `buf curl` by reflection."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import json_format
from google.protobuf.descriptor_pb2 import FileDescriptorProto
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2

from rmos.feasibility.v1 import feasibility_service_pb2
from rmos_client.descriptors import descriptor_set
from testkit.local_servers import LocalServer, LocalServers
from tests import builders
from tests.service.wire import log_line

EVALUATE = "rmos.feasibility.v1.FeasibilityService/EvaluateFeasibility"
GET_RUN = "rmos.runs.v1.RunsService/GetRun"
BUF = shutil.which("buf", path=str(Path(sys.executable).parent)) or "buf"


def curl(server: LocalServer, *arguments: str, data: Any = None) -> "subprocess.CompletedProcess[str]":
    command = [BUF, "curl", "--protocol", "grpc", "--http2-prior-knowledge", "-v", *arguments]
    if data is not None:
        command += ["-d", json.dumps(data)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def url(server: LocalServer, method: str) -> str:
    return f"http://{server.address}/{method}"


def request() -> dict[str, Any]:
    message = feasibility_service_pb2.EvaluateFeasibilityRequest(
        design=builders.design_message(), context=builders.context_message()
    )
    value: dict[str, Any] = json_format.MessageToDict(message, preserving_proto_field_name=True)
    return value


@pytest.mark.parametrize("version", ["grpc-v1", "grpc-v1alpha"])
def test_methods_are_listed_by_either_reflection(servers: LocalServers, version: str) -> None:
    listed = curl(servers.runs, "--reflect-protocol", version, "--list-methods", f"http://{servers.runs.address}")
    assert "rmos.runs.v1.RunsService/CreateRun" in listed.stdout
    assert "rmos.runs.v1.AttachmentsService/UploadAttachment" in listed.stdout
    assert "rmos.system.v1.SystemService/GetServerInfo" in listed.stdout


@pytest.mark.parametrize(
    "symbol", ["rmos.runs.v1.RunsService", "rmos.runs.v1.RunsService.CreateRun", "grpc.reflection.v1.ServerReflection"]
)
def test_services_and_methods_are_described(runs_channel: grpc.Channel, symbol: str) -> None:
    assert reflect(runs_channel, "grpc.reflection.v1.ServerReflection", symbol).HasField("file_descriptor_response")


@pytest.mark.parametrize("version", ["v1", "v1alpha"])
def test_a_described_service_has_the_comments_of_the_contract(runs_channel: grpc.Channel, version: str) -> None:
    answer = reflect(runs_channel, f"grpc.reflection.{version}.ServerReflection", "rmos.runs.v1.RunsService.CreateRun")
    files = [FileDescriptorProto.FromString(data) for data in answer.file_descriptor_response.file_descriptor_proto]
    (service,) = (file for file in files if file.name == "rmos/runs/v1/runs_service.proto")
    told = {tuple(place.path): place.leading_comments for place in service.source_code_info.location}
    numbers = {method.name: number for number, method in enumerate(service.service[0].method)}
    assert "Errors:" in told[6, 0, 2, numbers["CreateRun"]]
    assert not [file.name for file in files if file.name.startswith("rmos/") and not file.source_code_info.location]


def test_an_evaluation_from_a_json_body(servers: LocalServers) -> None:
    answered = curl(servers.feasibility, url(servers.feasibility, EVALUATE), data=request())
    assert json.loads(answered.stdout)["report"]["overallRisk"] == "RISK_LEVEL_GREEN"
    assert "X-Request-Id: req_" in answered.stderr


def test_a_wrong_unit_is_refused_by_its_field_name(servers: LocalServers) -> None:
    wrong = request()
    wrong["context"]["cut"]["feed_rate_inch_per_min"] = 60.0
    answered = curl(servers.feasibility, url(servers.feasibility, EVALUATE), data=wrong)
    assert answered.returncode != 0
    assert "feed_rate_inch_per_min" in answered.stderr


def test_a_number_in_another_unit_is_refused_with_its_path_its_value_and_what_is_allowed(servers: LocalServers) -> None:
    wrong = request()
    wrong["context"].setdefault("material", {})["moisture_percent"] = 800.0
    answered = curl(servers.feasibility, url(servers.feasibility, EVALUATE), data=wrong)
    assert "context.material.moisture_percent: 800 is not allowed" in answered.stderr
    assert "less than or equal to 60" in answered.stderr


def test_nan_is_invalid_with_the_path_and_the_request_id_of_the_log(servers: LocalServers) -> None:
    wrong = request()
    wrong["context"]["cut"]["feed_rate_mm_per_min"] = "NaN"
    answered = curl(
        servers.feasibility, "-H", "x-request-id: my-own-id", url(servers.feasibility, EVALUATE), data=wrong
    )
    error, _ = json.JSONDecoder().raw_decode(answered.stderr[answered.stderr.index("\n{") + 1 :])
    assert error["code"] == "invalid_argument"
    assert error["message"].startswith("context.cut.feed_rate_mm_per_min: nan is not a finite number")
    assert "X-Request-Id: my-own-id" in answered.stderr
    assert log_line(servers.feasibility, "my-own-id")["code"] == "INVALID_ARGUMENT"


def test_a_mistyped_run_is_not_found(servers: LocalServers) -> None:
    answered = curl(servers.runs, url(servers.runs, GET_RUN), data={"name": "runs/run_ffffffffffff"})
    assert '"not_found"' in answered.stderr
    assert "no run is called run_ffffffffffff" in answered.stderr
    _, request_id = re.findall(r"req_\w+", answered.stderr)  # the first is of the question about the method
    assert log_line(servers.runs, request_id)["code"] == "NOT_FOUND"


def test_the_same_calls_work_with_the_descriptor_set(servers: LocalServers, tmp_path: Path) -> None:
    descriptors = tmp_path / "rmos.binpb"
    descriptors.write_bytes(descriptor_set().SerializeToString())  # what `rmosctl` writes from its wheel
    answered = curl(
        servers.feasibility, "--schema", str(descriptors), url(servers.feasibility, EVALUATE), data=request()
    )
    assert json.loads(answered.stdout)["report"]["isFeasible"] is True


def test_without_reflection_the_same_calls_work_with_the_descriptor_set(tmp_path: Path) -> None:
    descriptors = tmp_path / "rmos.binpb"
    descriptors.write_bytes(descriptor_set().SerializeToString())
    server = LocalServer("feasibility_svc", tmp_path, environment={"RMOS_REFLECTION": "false"})
    server.start()
    try:
        there = url(server, EVALUATE)
        asked = curl(server, "--list-methods", f"http://{server.address}")
        assert asked.returncode != 0
        assert "unimplemented" in asked.stderr
        assert curl(server, there, data=request()).returncode != 0
        answered = curl(server, "--schema", str(descriptors), there, data=request())
        assert json.loads(answered.stdout)["report"]["overallRisk"] == "RISK_LEVEL_GREEN"
        unknown = request()
        unknown["context"]["cut"]["feed_rate_inch_per_min"] = 60.0
        refused = curl(server, "--schema", str(descriptors), there, data=unknown)
        assert refused.returncode != 0
        assert "feed_rate_inch_per_min" in refused.stderr
    finally:
        server.stop()


@pytest.mark.parametrize(
    "service", ["", "rmos.runs.v1.RunsService", "rmos.runs.v1.AttachmentsService", "rmos.system.v1.SystemService"]
)
def test_health_is_reported_per_service(runs_channel: grpc.Channel, service: str) -> None:
    stub: Any = health_pb2_grpc.HealthStub(runs_channel)
    answer = stub.Check(health_pb2.HealthCheckRequest(service=service), timeout=10)
    assert answer.status == health_pb2.HealthCheckResponse.SERVING


def test_health_of_an_unknown_service_is_not_found(runs_channel: grpc.Channel, servers: LocalServers) -> None:
    stub: Any = health_pb2_grpc.HealthStub(runs_channel)
    with pytest.raises(grpc.RpcError) as caught:
        stub.Check(
            health_pb2.HealthCheckRequest(service="nobody"), timeout=10, metadata=[("x-request-id", "health-probe")]
        )
    assert caught.value.code() is grpc.StatusCode.NOT_FOUND
    assert log_line(servers.runs, "health-probe")["code"] == "NOT_FOUND"


def test_a_method_that_does_not_exist_is_answered_and_logged(runs_channel: grpc.Channel, servers: LocalServers) -> None:
    call: Any = runs_channel.unary_unary("/rmos.runs.v1.RunsService/DeleteRun")
    with pytest.raises(grpc.RpcError) as caught:
        call(b"", timeout=10, metadata=[("x-request-id", "no-such-method")])
    assert caught.value.code() is grpc.StatusCode.UNIMPLEMENTED
    assert log_line(servers.runs, "no-such-method")["code"] == "UNIMPLEMENTED"


def reflect(channel: grpc.Channel, service: str, symbol: str) -> Any:
    ask: Any = channel.stream_stream(
        f"/{service}/ServerReflectionInfo",
        request_serializer=reflection_pb2.ServerReflectionRequest.SerializeToString,
        response_deserializer=reflection_pb2.ServerReflectionResponse.FromString,
    )
    requests = [reflection_pb2.ServerReflectionRequest(file_containing_symbol=symbol)]
    (answer,) = list(ask(iter(requests), timeout=10))
    return answer


@pytest.mark.parametrize("symbol", ["nobody", "rmos.runs.v1.RunsService.DeleteRun", ""])
def test_reflection_survives_nonsense(runs_channel: grpc.Channel, symbol: str) -> None:
    for service in ("grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection"):
        answer = reflect(runs_channel, service, symbol)
        assert answer.error_response.error_code == grpc.StatusCode.NOT_FOUND.value[0]
