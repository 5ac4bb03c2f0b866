"""What both servers let others see: numbers for Prometheus, spans for OpenTelemetry, the line of a run in the log."""

import json
import re
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from rmos.runs.v1 import run_pb2, runs_service_pb2, runs_service_pb2_grpc
from testkit.local_servers import LocalServers, free_address
from tests.builders import create_request
from tests.end_to_end.collector import CollectedSpan, collecting
from tests.ends import eventually

ROOT = Path(__file__).parents[2]
_INVENTED = 3
_CALLS = 3 + _INVENTED
TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


@dataclass(frozen=True, slots=True)
class Watched:
    """A run that was recorded by two servers, and what they let others see of it until they were stopped."""

    run: run_pb2.Run
    numbers: Mapping[tuple[str, frozenset[tuple[str, str]]], float]
    log: Sequence[Mapping[str, Any]]
    spans: Sequence[CollectedSpan]

    def number(self, name: str, **labels: str) -> float:
        return self.numbers[name, frozenset(labels.items())]


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Watched:
    metrics = free_address()
    with collecting() as collector:
        flags = ["--traces-url", collector.url]
        runs_flags = [*flags, "--metrics-listen", metrics, "--budget-day-usd", "5"]
        folder = tmp_path_factory.mktemp("watched")
        with LocalServers(folder, feasibility_flags=flags, runs_flags=runs_flags) as servers:
            run = _call(servers.runs.address)
            numbers = _scrape_when_counted(metrics)
            assert [server.stop() for server in (servers.runs, servers.feasibility)] == [0, 0]
            lines = servers.runs.log_path.read_text(encoding="utf-8").splitlines()
        return Watched(run, numbers, [json.loads(line) for line in lines], collector.spans())


def _call(address: str) -> run_pb2.Run:
    with grpc.insecure_channel(address) as channel:
        stub = runs_service_pb2_grpc.RunsServiceStub(channel)
        run: run_pb2.Run = stub.CreateRun(create_request(), metadata=(("traceparent", f"00-{TRACE}-{PARENT}-01"),)).run
        for name in ("runs/run_000000000000", "nonsense"):
            with pytest.raises(grpc.RpcError):
                stub.GetRun(runs_service_pb2.GetRunRequest(name=name))
        for number in range(_INVENTED):
            invented: Any = channel.unary_unary(f"/rmos.runs.v1.RunsService/Invented{number}")
            with pytest.raises(grpc.RpcError):
                invented(b"")
    return run


def _scrape_when_counted(address: str) -> Mapping[tuple[str, frozenset[tuple[str, str]]], float]:
    """The numbers once the last calls are among them: a call is counted after it was answered."""
    # by its name: the sample of when it was created has the same labels, and a far larger number
    return eventually(
        lambda: _scrape(address),
        lambda numbers: sum(counted for (name, _), counted in numbers.items() if name == "rmos_calls_total") >= _CALLS,
    )


def _scrape(address: str) -> Mapping[tuple[str, frozenset[tuple[str, str]]], float]:
    with urllib.request.urlopen(f"http://{address}/metrics", timeout=10) as answer:
        text = answer.read().decode()
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_calls_are_counted_by_method_and_code(watched: Watched) -> None:
    get_run = "rmos.runs.v1.RunsService/GetRun"
    assert watched.number("rmos_calls_total", method="rmos.runs.v1.RunsService/CreateRun", code="OK") == 1
    assert watched.number("rmos_calls_total", method=get_run, code="NOT_FOUND") == 1
    assert watched.number("rmos_calls_total", method=get_run, code="INVALID_ARGUMENT") == 1
    assert watched.number("rmos_call_seconds_count", method=get_run) == 2


def test_names_that_callers_invent_are_one_number(watched: Watched) -> None:
    assert watched.number("rmos_calls_total", method="unknown", code="UNIMPLEMENTED") == _INVENTED
    assert not any("Invented" in value for _, labels in watched.numbers for _, value in labels)


def test_gate_decisions_are_counted_by_level(watched: Watched) -> None:
    assert watched.number("rmos_runs_recorded_total", level="GREEN", gate="ALLOWED") == 1


def test_queue_ledger_archive_and_budget_are_told(watched: Watched) -> None:
    assert watched.number("rmos_readings_complete") == 1
    assert watched.number("rmos_writes_waiting") == 0
    assert watched.number("rmos_commit_writes_total") >= 1
    assert watched.number("rmos_accepts_writes") == 1
    assert watched.number("rmos_ledger_size_bytes") > 100_000
    assert watched.number("rmos_archive_lag_records") >= 0
    assert watched.number("rmos_in_flight_limit", kind="call") == 1_024
    assert watched.number("rmos_budget_used_usd", period="day") == 0
    assert watched.number("rmos_budget_limit_usd", period="day") == 5


def test_nothing_of_a_record_stands_in_numbers(watched: Watched) -> None:
    text = " ".join(value for _, labels in watched.numbers for _, value in labels)
    assert watched.run.run_id not in text


def test_the_line_of_a_call_says_what_it_recorded(watched: Watched) -> None:
    (line,) = [line for line in watched.log if line.get("method") == "/rmos.runs.v1.RunsService/CreateRun"]
    assert (line["run_id"], line["status"], line["risk_level"]) == (watched.run.run_id, "OK", "GREEN")
    assert line["level"] == "info", "how severe a line is has one name in all lines"
    assert not any("run_id" in line for line in watched.log if line.get("method", "").endswith("GetRun"))


def test_a_callers_trace_goes_through_both_servers_and_the_ledger(watched: Watched) -> None:
    spans = [span for span in watched.spans if span.trace_id == TRACE]
    by_id = {span.span_id: span for span in spans}
    (root,) = [span for span in spans if span.parent_id == PARENT]
    assert (root.server, root.name) == ("runs_svc", "rmos.runs.v1.RunsService/CreateRun")
    assert root.attributes["rmos.run_id"] == watched.run.run_id
    (evaluated,) = [span for span in spans if span.server == "feasibility_svc"]
    assert evaluated.name == "rmos.feasibility.v1.FeasibilityService/BatchEvaluateFeasibility"
    asked = by_id[evaluated.parent_id]
    assert (asked.server, asked.name) == ("runs_svc", evaluated.name)
    assert by_id[asked.parent_id] is root
    assert {span.name for span in spans if span.parent_id == root.span_id} >= {"ledger.create_all"}


def test_refusals_are_no_errors_of_the_server(watched: Watched) -> None:
    codes = {
        span.attributes["rpc.response.status_code"]: span.is_error
        for span in watched.spans
        if "rpc.response.status_code" in span.attributes and span.server == "runs_svc"
    }
    assert codes == {"OK": False, "NOT_FOUND": False, "INVALID_ARGUMENT": False, "UNIMPLEMENTED": True}


@pytest.mark.parametrize("file", ["deploy/prometheus/alerts.yaml", "deploy/grafana/rmos.json", "docs/operations.md"])
def test_alerts_dashboard_and_docs_name_numbers_that_exist(watched: Watched, file: str) -> None:
    named = set(re.findall(r"\brmos_[a-z_]+\b", (ROOT / file).read_text(encoding="utf-8")))
    told = {name for name, _ in watched.numbers} | {"rmos_call_seconds"}
    assert named
    assert named <= told


def test_every_alert_is_explained() -> None:
    rules = yaml.safe_load((ROOT / "deploy/prometheus/alerts.yaml").read_text(encoding="utf-8"))
    names = [rule["alert"] for group in rules["groups"] for rule in group["rules"]]
    explained = re.findall(r"^### (Rmos\w+)$", (ROOT / "docs/operations.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert names == explained
