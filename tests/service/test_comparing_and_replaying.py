"""Counts, batches, differences, replays and checks of a running server."""

import json
import threading
from pathlib import Path
from typing import Any

import grpc
import pytest

from rmos.runs.v1 import attachments_service_pb2, attachments_service_pb2_grpc, run_pb2, runs_service_pb2_grpc
from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.type.v1 import risk_pb2
from rmos.workflow.v1 import workflow_service_pb2_grpc
from rmos_client import Rmos, Upload
from rpckit import proto_json
from testkit.local_servers import LocalServers
from tests import builders
from tests.ends import join_all
from tests.passing_programs import RING
from tests.service.test_amendments import create, verified
from tests.service.test_executions import step
from tests.service.test_workflow_service import begin
from tests.service.wire import TIMEOUT_S, fail

KEY = "8f14e45f-ceea-467f-9b5e-0123456789ab"
RED = {"cut.feed_rate_mm_per_min": 100.0}
Level = risk_pb2.RiskLevel


@pytest.fixture
def stub(runs_channel: grpc.Channel) -> Any:
    return runs_service_pb2_grpc.RunsServiceStub(runs_channel)


def test_counts_equal_the_pages(stub: Any) -> None:
    for mode in ("count_a", "count_a", "count_b"):
        create(stub, mode=mode)
    for condition, expected in (('mode = "count_a"', 2), ('mode = "count_*"', 3), ('mode = "none"', 0)):
        count = stub.CountRuns(pb.CountRunsRequest(filter=condition), timeout=TIMEOUT_S).count
        listed = stub.ListRuns(pb.ListRunsRequest(filter=condition, page_size=1_000), timeout=TIMEOUT_S).runs
        assert count == len(listed) == expected
    assert fail(stub.CountRuns, pb.CountRunsRequest(filter="nonsense =")).reason == "INVALID_FILTER"


def test_a_comparison_that_is_too_long_is_attached_whole(stub: Any, runs_channel: grpc.Channel) -> None:
    many = {f"key_{number:05}": number for number in range(2_500)}
    left, right = create(stub), create(stub, meta=proto_json.write_struct(many), gcode_text="G0 X1\n" * 3_000)
    request = pb.DiffRunsRequest(left=left.name, right=right.name, include_gcode=True)
    on_progress = stub.DiffRuns(request, timeout=TIMEOUT_S)
    assert (on_progress.truncated, on_progress.HasField("full"), len(on_progress.differences)) == (True, False, 2_000)
    request.attach_full = True
    kept = [stub.DiffRuns(request, timeout=TIMEOUT_S).full for _ in range(2)]
    assert kept[0] == kept[1], "the same comparison is attached once"
    downloads = attachments_service_pb2_grpc.AttachmentsServiceStub(runs_channel).DownloadAttachment(
        attachments_service_pb2.DownloadAttachmentRequest(name=kept[0].name), timeout=TIMEOUT_S
    )
    whole = json.loads(b"".join(part.chunk for part in downloads))
    assert len(whole["differences"]) == on_progress.total_count > 2_500
    assert len(whole["program_diff"]) > 3_000
    run = stub.GetRun(pb.GetRunRequest(name=right.name), timeout=TIMEOUT_S).run
    assert [(item.kind, item.sha256) for item in run.attachments] == [("diff", kept[0].sha256)]


def test_lineage_both_ways_with_a_limit_of_hops(stub: Any) -> None:
    chain = [create(stub)]
    for _ in range(4):
        linkage = run_pb2.RunLinkage(parent_run_id=chain[-1].run_id)
        chain.append(create(stub, linkage=linkage))
    sibling = create(stub, linkage=run_pb2.RunLinkage(parent_run_id=chain[2].run_id))
    found = stub.GetRunLineage(pb.GetRunLineageRequest(name=chain[2].name), timeout=TIMEOUT_S)
    assert [(item.run.run_id, item.hops) for item in found.ancestors] == [(chain[1].run_id, 1), (chain[0].run_id, 2)]
    assert [(item.run.run_id, item.parent, item.hops) for item in found.descendants] == [
        (chain[3].run_id, chain[2].name, 1),
        (sibling.run_id, chain[2].name, 1),
        (chain[4].run_id, chain[3].name, 2),
    ]
    assert not found.truncated
    near = pb.GetRunLineageRequest(name=chain[2].name, max_hops_up=1, max_hops_down=1)
    limited = stub.GetRunLineage(near, timeout=TIMEOUT_S)
    assert (len(limited.ancestors), len(limited.descendants), limited.truncated) == (1, 2, True)
    none = pb.GetRunLineageRequest(name=chain[2].name, max_hops_up=0, max_hops_down=0)
    assert stub.GetRunLineage(none, timeout=TIMEOUT_S).truncated
    wrong = pb.GetRunLineageRequest(name=chain[2].name, max_hops_up=101)
    assert fail(stub.GetRunLineage, wrong).fields == {"max_hops_up": "101 hops; allowed: 0 to 100"}
    absent = pb.GetRunLineageRequest(name="runs/run_ffffffffffff")
    assert fail(stub.GetRunLineage, absent).reason == "RUN_NOT_FOUND"


def test_runs_are_found_by_text_in_the_keys_of_meta_and_by_several_values(stub: Any) -> None:
    run = create(stub, mode="meta_a", meta=proto_json.write_struct({"Customer_Order": 7}))
    other = create(stub, mode="meta_b")
    found = {
        text: [item.run_id for item in stub.ListRuns(pb.ListRunsRequest(filter=text), timeout=TIMEOUT_S).runs]
        for text in ("meta : order", 'mode IN (meta_a, "meta_b")', "mode IN (meta_a) AND NOT meta : order")
    }
    assert found["meta : order"] == [run.run_id]
    assert found['mode IN (meta_a, "meta_b")'] == [other.run_id, run.run_id]
    assert found["mode IN (meta_a) AND NOT meta : order"] == []
    for wrong in ("meta = order", "mode IN meta_a", "mode IN ()", "mode IN (a"):
        assert fail(stub.ListRuns, pb.ListRunsRequest(filter=wrong)).reason == "INVALID_FILTER"


def test_two_runs_are_compared(stub: Any) -> None:
    left, right = create(stub, gcode_text="G0 X1"), create(stub, RED, gcode_text="G0 X2")
    request = pb.DiffRunsRequest(left=left.name, right=right.name, include_gcode=True)
    answer = stub.DiffRuns(request, timeout=TIMEOUT_S)
    assert answer.severity == pb.DIFFERENCE_SEVERITY_CRITICAL
    terms = [item.term for item in answer.differences]
    assert terms[:2] == ["status", "verdict"]
    feed = next(item for item in answer.differences if item.term == "feed")
    assert (feed.left.number_value, feed.right.number_value) == (1_750.0, 100.0)
    assert answer.total_count == len(answer.differences)
    assert "-G0 X1" in answer.gcode_diff
    same = stub.DiffRuns(pb.DiffRunsRequest(left=left.name, right=left.name), timeout=TIMEOUT_S)
    assert (same.total_count, same.severity) == (0, pb.DIFFERENCE_SEVERITY_UNSPECIFIED)
    absent = pb.DiffRunsRequest(left=left.name, right="runs/run_ffffffffffff")
    assert fail(stub.DiffRuns, absent).reason == "RUN_NOT_FOUND"


def test_attached_programs_are_compared_too(stub: Any, runs: Rmos, tmp_path: Path) -> None:
    pair = []
    for number, feed in enumerate((900, 1_200)):
        run, path = create(stub), tmp_path / f"{number}.nc"
        path.write_text(f"G21\nG1 X1 F{feed}\nM2\n")
        runs.upload(Upload(path, "gcode"), run_id=run.run_id)
        pair.append(run.name)
    answer = stub.DiffRuns(pb.DiffRunsRequest(left=pair[0], right=pair[1], include_gcode=True), timeout=TIMEOUT_S)
    assert answer.gcode_diff.splitlines()[2:] == ["@@ -1,3 +1,3 @@", " G21", "-G1 X1 F900", "+G1 X1 F1200", " M2"]
    assert not answer.truncated


def test_a_batch_records_each_attempt_on_its_own(stub: Any) -> None:
    requests = [
        builders.create_request(idempotency_key=KEY.replace("ab", "cd")),
        builders.create_request({"tool.tool_id": "nobody"}),
        builders.create_request(RED),
    ]
    results = stub.BatchCreateRuns(pb.BatchCreateRunsRequest(requests=requests), timeout=TIMEOUT_S).results
    assert [item.WhichOneof("result") for item in results] == ["run", "error", "run"]
    assert results[1].error.code == grpc.StatusCode.NOT_FOUND.value[0]
    assert results[2].run.status == run_pb2.RUN_STATUS_BLOCKED
    again = stub.BatchCreateRuns(pb.BatchCreateRunsRequest(requests=requests[:1]), timeout=TIMEOUT_S).results
    assert (again[0].replayed, again[0].run) == (True, results[0].run)
    assert fail(stub.BatchCreateRuns, pb.BatchCreateRunsRequest()).reason == "INVALID_FIELDS"


def test_an_old_job_is_run_again_for_another_instrument(stub: Any) -> None:
    linkage = run_pb2.RunLinkage(instrument_serial="0201")
    parent = create(stub, linkage=linkage, gcode_text=RING)
    request = pb.ReplayRunRequest(
        name=parent.name, instrument_serial="0202", operator="K. Ito", idempotency_key=KEY.replace("ab", "ef")
    )
    answer = stub.ReplayRun(request, timeout=TIMEOUT_S)
    child = answer.run
    assert (answer.drift_detected, list(answer.drift), list(answer.warnings)) == (False, [], [])
    assert child.linkage.parent_run_id == parent.run_id
    assert (child.linkage.instrument_serial, child.linkage.event_type) == ("0202", "replay")
    assert child.hashes.gcode_sha256 == parent.hashes.gcode_sha256
    assert child.hashes.request_sha256 == parent.hashes.request_sha256
    assert stub.ReplayRun(request, timeout=TIMEOUT_S).run == child
    for name in (run_pb2.EXECUTION_STEP_STARTED, run_pb2.EXECUTION_STEP_FINISHED):
        stub.RecordExecution(step(child, name), timeout=TIMEOUT_S)
    warned = stub.ReplayRun(pb.ReplayRunRequest(name=parent.name, instrument_serial="0202"), timeout=TIMEOUT_S)
    assert list(warned.warnings) == [f"serial 0202 has a finished part of this kind already: {child.run_id}"]


def test_a_replay_waits_for_the_feasibility_service(own_servers: LocalServers) -> None:
    with grpc.insecure_channel(own_servers.runs.address) as channel:
        stub = runs_service_pb2_grpc.RunsServiceStub(channel)
        run = create(stub)
        own_servers.feasibility.kill()
        request = pb.ReplayRunRequest(name=run.name, note="the server was moved", idempotency_key=KEY)
        away = fail(stub.ReplayRun, request)
        assert (away.code, away.reason) == (grpc.StatusCode.UNAVAILABLE, "PROVIDER_UNAVAILABLE")
        assert "nothing was recorded" in away.message
        assert stub.CountRuns(pb.CountRunsRequest(), timeout=TIMEOUT_S).count == 1
        own_servers.feasibility.start(listen=own_servers.feasibility.address)
        same = stub.ReplayRun(request, timeout=TIMEOUT_S)
        assert (same.drift_detected, same.engine_changed) == (False, False)
        assert same.then == same.now
        assert same.now.engine_id == "baseline_v2"


def test_a_store_is_verified_while_others_write(own_servers: LocalServers) -> None:
    with grpc.insecure_channel(own_servers.runs.address) as channel:
        stub = runs_service_pb2_grpc.RunsServiceStub(channel)
        runs = [create(stub) for _ in range(5)]
        assert all(verified(stub, run) for run in runs)
        writer = threading.Thread(target=lambda: create(stub, mode="meanwhile"))
        writer.start()
        parts = list(stub.VerifyStore(pb.VerifyStoreRequest(filter='mode = "rosette"'), timeout=TIMEOUT_S))
        join_all([writer])
        result = parts[-1].result
        assert (result.run_count, result.outcome) == (5, run_pb2.VERIFICATION_OUTCOME_VERIFIED)
        assert result.item_count == result.verified_count > 20
        published = next(own_servers.store.glob(f"*/{runs[2].run_id}.json"))
        published.write_bytes(published.read_bytes().replace(b"rosette", b"rosetta"))
        published.with_name(f"{runs[3].run_id}.json").unlink()
        parts = list(stub.VerifyStore(pb.VerifyStoreRequest(filter='mode = "rosette"'), timeout=TIMEOUT_S))
        damaged = {part.damaged.name for part in parts if part.WhichOneof("part") == "damaged"}
        assert damaged == {runs[2].name, runs[3].name}
        result = parts[-1].result
        assert (result.mismatch_count, result.missing_count) == (1, 1)
        assert result.outcome == run_pb2.VERIFICATION_OUTCOME_MISSING
        workflow = workflow_service_pb2_grpc.WorkflowServiceStub(channel)
        session = begin(workflow)
        whole = list(stub.VerifyStore(pb.VerifyStoreRequest(), timeout=TIMEOUT_S))[-1].result
        assert (whole.run_count, whole.thing_count) == (6, 1)
        step_file = next(own_servers.store.glob(f"*/{session.session_id}_session_000001.json"))
        step_file.unlink()
        parts = list(stub.VerifyStore(pb.VerifyStoreRequest(), timeout=TIMEOUT_S))
        damaged = {part.damaged.name for part in parts if part.WhichOneof("part") == "damaged"}
        assert damaged == {runs[2].name, runs[3].name, f"session/{session.session_id}"}
        bad = stub.VerifyStore(pb.VerifyStoreRequest(filter="="), timeout=TIMEOUT_S)
        with pytest.raises(grpc.RpcError, match="INVALID_ARGUMENT"):
            next(iter(bad))


def test_a_replay_with_the_same_key_is_the_first_one_also_after_its_parent_was_given_more(
    stub: Any, runs: Rmos, tmp_path: Path
) -> None:
    parent = create(stub)
    request = pb.ReplayRunRequest(name=parent.name, idempotency_key=f"again:{parent.run_id}")
    first = stub.ReplayRun(request, timeout=TIMEOUT_S).run
    path = tmp_path / "later.txt"
    path.write_text("later")
    runs.upload(Upload(path, "note"), run_id=parent.run_id)
    assert stub.ReplayRun(request, timeout=TIMEOUT_S).run.name == first.name
