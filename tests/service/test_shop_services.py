"""Patterns, strip families and jobs of a running server."""

import io
import json
from typing import Any

import grpc
import pytest
from PIL import Image

from rmos.runs.v1 import runs_service_pb2_grpc
from rmos.shop.v1 import jobs_service_pb2 as jobs
from rmos.shop.v1 import jobs_service_pb2_grpc, patterns_service_pb2_grpc
from rmos.shop.v1 import patterns_service_pb2 as pb
from rmos.type.v1 import design_pb2
from rpckit import proto_json
from testkit.local_servers import LocalServers
from tests import builders
from tests.service.wire import TIMEOUT_S, fail

DESIGN: dict[str, Any] = {
    "rosette_channel": {
        "soundhole_radius_mm": 42.5,
        "inner_radius_mm": 46.0,
        "outer_radius_mm": 58.0,
        "depth_mm": 1.3,
        "rings": [
            {"inner_radius_mm": 46.1, "width_mm": 1.8, "pattern": "PURFLING"},
            {"inner_radius_mm": 48.0, "width_mm": 8.0, "pattern": "MOSAIC"},
        ],
    }
}
PREVIEW = jobs.JOB_TYPE_ROSETTE_PREVIEW
NO_JOB = "jobs/job_ffffffffffff"
STRIPS = [pb.Strip(material_id="maple_hard", width_mm=0.6), pb.Strip(material_id="ebony_african", width_mm=0.6)]


@pytest.fixture
def patterns(runs_channel: grpc.Channel) -> Any:
    return patterns_service_pb2_grpc.PatternsServiceStub(runs_channel)


@pytest.fixture
def job_log(runs_channel: grpc.Channel) -> Any:
    return jobs_service_pb2_grpc.JobsServiceStub(runs_channel)


def pattern_request(pattern_id: str, **fields: Any) -> pb.CreatePatternRequest:
    design = proto_json.write(design_pb2.Design, DESIGN)
    given = {"title": pattern_id, "pattern_type": "mosaic", "design": design, **fields}
    return pb.CreatePatternRequest(pattern_id=pattern_id, **given)


def test_a_pattern_is_added_once_and_never_changed(patterns: Any) -> None:
    request = pattern_request("once", meta=proto_json.write_struct({"customer": "x"}))
    first = patterns.CreatePattern(request, timeout=TIMEOUT_S)
    second = patterns.CreatePattern(request, timeout=TIMEOUT_S)
    assert (first.created, second.created) == (True, False)
    assert first.pattern == second.pattern
    assert first.pattern.ring_count == 2
    got = patterns.GetPattern(pb.GetPatternRequest(name="patterns/once"), timeout=TIMEOUT_S).pattern
    assert got == first.pattern
    failed = fail(patterns.CreatePattern, pattern_request("once", title="another"))
    assert (failed.code, failed.reason) == (grpc.StatusCode.ALREADY_EXISTS, "ARTIFACT_EXISTS")


def test_a_pattern_without_an_id_gets_one(patterns: Any) -> None:
    request = pb.CreatePatternRequest(title="drawn by hand", pattern_type="rope", ring_count=3)
    made = patterns.CreatePattern(request, timeout=TIMEOUT_S).pattern
    assert made.pattern_id.startswith("pat_")
    assert (made.ring_count, made.HasField("design")) == (3, False)


def test_families_are_named_by_patterns(patterns: Any) -> None:
    failed = fail(patterns.CreatePattern, pattern_request("orphan", strip_family_id="nobody"))
    assert failed.reason == "STRIP_FAMILY_NOT_FOUND"
    family = pb.CreateStripFamilyRequest(strip_family_id="bw", title="black and white", strips=STRIPS)
    made = patterns.CreateStripFamily(family, timeout=TIMEOUT_S)
    assert made.created
    assert [strip.width_mm for strip in made.strip_family.strips] == [0.6, 0.6]
    assert not made.strip_family.strips[0].HasField("thickness_mm")
    got = patterns.GetStripFamily(pb.GetStripFamilyRequest(name="stripFamilies/bw"), timeout=TIMEOUT_S)
    assert got.strip_family == made.strip_family
    patterns.CreatePattern(pattern_request("striped", strip_family_id="bw"), timeout=TIMEOUT_S)
    listed = patterns.ListStripFamilies(pb.ListStripFamiliesRequest(filter="strip_count = 2"), timeout=TIMEOUT_S)
    assert "bw" in {item.strip_family_id for item in listed.strip_families}
    assert {len(item.strips) for item in listed.strip_families} == {2}


def test_statistics_count_rings_families_and_kinds(patterns: Any) -> None:
    for number in range(3):
        counted = pb.CreatePatternRequest(
            pattern_id=f"counted-{number}", title="c", pattern_type="counted", ring_count=number * 3
        )
        patterns.CreatePattern(counted, timeout=TIMEOUT_S)
    request = pb.GetPatternStatisticsRequest(filter="pattern_type = counted")
    found = patterns.GetPatternStatistics(request, timeout=TIMEOUT_S)
    assert (found.pattern_count, found.min_ring_count, found.max_ring_count, found.average_ring_count) == (3, 0, 6, 3.0)
    assert dict(found.strip_family_counts) == {"": 3}
    assert dict(found.pattern_type_counts) == {"counted": 3}
    empty = patterns.GetPatternStatistics(
        pb.GetPatternStatisticsRequest(filter="pattern_type = none"), timeout=TIMEOUT_S
    )
    assert (empty.pattern_count, empty.HasField("average_ring_count")) == (0, False)


def test_patterns_are_paged_newest_first(patterns: Any) -> None:
    for number in range(5):
        paged = pb.CreatePatternRequest(pattern_id=f"paged-{number}", title="p", pattern_type="paged")
        patterns.CreatePattern(paged, timeout=TIMEOUT_S)
    found: list[str] = []
    token = ""
    while True:
        request = pb.ListPatternsRequest(filter="pattern_type = paged", page_size=2, page_token=token)
        page = patterns.ListPatterns(request, timeout=TIMEOUT_S)
        found.extend(item.pattern_id for item in page.patterns)
        token = page.next_page_token
        if not token:
            break
    assert found == [f"paged-{number}" for number in range(4, -1, -1)]


def test_a_library_comes_out_and_goes_in_elsewhere_unchanged(patterns: Any, own_servers: LocalServers) -> None:
    family = pb.CreateStripFamilyRequest(strip_family_id="out", title="o", strips=STRIPS)
    patterns.CreateStripFamily(family, timeout=TIMEOUT_S)
    patterns.CreatePattern(
        pattern_request("travels", strip_family_id="out", pattern_type="travelling"), timeout=TIMEOUT_S
    )
    wanted = pb.ExportPatternsRequest(filter="pattern_type = travelling")
    exported = patterns.ExportPatterns(wanted, timeout=TIMEOUT_S)
    assert (exported.pattern_count, exported.strip_family_count) == (1, 1)
    with grpc.insecure_channel(own_servers.runs.address) as channel:
        elsewhere: Any = patterns_service_pb2_grpc.PatternsServiceStub(channel)
        looked = elsewhere.ImportPatterns(
            pb.ImportPatternsRequest(document=exported.document, validate_only=True), timeout=TIMEOUT_S
        )
        assert looked.added_count == 2
        assert not elsewhere.ListPatterns(pb.ListPatternsRequest(), timeout=TIMEOUT_S).patterns
        request = pb.ImportPatternsRequest(document=exported.document, source_name="library.json")
        assert elsewhere.ImportPatterns(request, timeout=TIMEOUT_S).added_count == 2
        again = elsewhere.ImportPatterns(request, timeout=TIMEOUT_S)
        assert {entry.outcome for entry in again.entries} == {pb.IMPORT_OUTCOME_UNCHANGED}
        assert elsewhere.ExportPatterns(wanted, timeout=TIMEOUT_S) == exported


def test_an_import_names_what_it_refuses(patterns: Any) -> None:
    document = json.dumps(
        {
            "schema": "rmos.pattern-library/1",
            "strip_families": [{"strip_family_id": "half", "title": "h", "strips": []}],
            "patterns": [
                {"pattern_id": "fine", "title": "f", "pattern_type": "rope"},
                {"pattern_id": "Bad Id", "title": "b", "pattern_type": "rope"},
                {"pattern_id": "lost", "title": "l", "pattern_type": "rope", "strip_family_id": "nowhere"},
                {"pattern_id": "odd", "title": "o", "pattern_type": "rope", "design": {"no_such": 1}},
                7,
            ],
        }
    ).encode()
    answer = patterns.ImportPatterns(pb.ImportPatternsRequest(document=document), timeout=TIMEOUT_S)
    assert (answer.added_count, answer.refused_count) == (1, 5)
    refused = {entry.name: entry.error.message for entry in answer.entries if entry.HasField("error")}
    assert sorted(refused) == ["patterns/lost", "patterns[1]", "patterns[3]", "patterns[4]", "strip_families[0]"]
    assert "nowhere" in refused["patterns/lost"]


@pytest.mark.parametrize(
    "document", [b"not json", b"[]", b'{"schema": "other"}', b'{"schema": "rmos.pattern-library/1", "patterns": 3}']
)
def test_a_document_that_is_no_library_is_refused(patterns: Any, document: bytes) -> None:
    failed = fail(patterns.ImportPatterns, pb.ImportPatternsRequest(document=document))
    assert (failed.code, failed.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "LIBRARY_UNREADABLE")


def test_a_pattern_is_drawn_the_same_every_time(patterns: Any) -> None:
    patterns.CreatePattern(pattern_request("drawn"), timeout=TIMEOUT_S)
    svg = patterns.RenderPattern(pb.RenderPatternRequest(name="patterns/drawn"), timeout=TIMEOUT_S)
    assert (svg.mime, svg.content[:4]) == ("image/svg+xml", b"<svg")
    request = pb.RenderPatternRequest(name="patterns/drawn", format=pb.IMAGE_FORMAT_PNG, size_px=200)
    png = patterns.RenderPattern(request, timeout=TIMEOUT_S)
    assert Image.open(io.BytesIO(png.content)).size == (200, 200)
    assert patterns.RenderPattern(request, timeout=TIMEOUT_S) == png
    patterns.CreatePattern(
        pb.CreatePatternRequest(pattern_id="bare", title="b", pattern_type="rope"), timeout=TIMEOUT_S
    )
    assert fail(patterns.RenderPattern, pb.RenderPatternRequest(name="patterns/bare")).reason == "NOTHING_TO_DRAW"


@pytest.mark.parametrize(
    ("method", "request_", "field"),
    [
        ("CreatePattern", pb.CreatePatternRequest(pattern_id="A b", title="t", pattern_type="x"), "pattern_id"),
        ("CreatePattern", pb.CreatePatternRequest(pattern_type="x"), "title"),
        ("CreatePattern", pb.CreatePatternRequest(title="t"), "pattern_type"),
        ("CreatePattern", pb.CreatePatternRequest(title="t", pattern_type="x", ring_count=25), "ring_count"),
        ("CreateStripFamily", pb.CreateStripFamilyRequest(title="t"), "strips"),
        ("GetPattern", pb.GetPatternRequest(name="patterns/"), "name"),
        ("RenderPattern", pb.RenderPatternRequest(name="patterns/x", size_px=5), "size_px"),
        ("ListPatterns", pb.ListPatternsRequest(filter="colour = red"), "filter"),
    ],
)
def test_bad_input_names_the_field(patterns: Any, method: str, request_: Any, field: str) -> None:
    failed = fail(getattr(patterns, method), request_)
    assert failed.code == grpc.StatusCode.INVALID_ARGUMENT
    assert field in failed.fields


def test_rings_must_agree_with_the_design(patterns: Any) -> None:
    failed = fail(patterns.CreatePattern, pattern_request("disagrees", ring_count=5))
    assert "does not agree with the 2 rings" in failed.message


def create_job(job_log: Any, **fields: Any) -> jobs.Job:
    request = jobs.CreateJobRequest(job_type=jobs.JOB_TYPE_ROSETTE_CNC_EXPORT, **fields)
    job: jobs.Job = job_log.CreateJob(request, timeout=TIMEOUT_S).job
    return job


def test_a_job_runs_to_its_end_and_names_its_runs(job_log: Any, runs_channel: grpc.Channel) -> None:
    runs: Any = runs_service_pb2_grpc.RunsServiceStub(runs_channel)
    run = runs.CreateRun(builders.create_request(), timeout=TIMEOUT_S).run.name
    job = create_job(job_log, title="top 12", parameters=proto_json.write_struct({"copies": 2}))
    assert (job.status, job.version) == (jobs.JOB_STATUS_PENDING, 0)
    running = job_log.UpdateJobStatus(
        jobs.UpdateJobStatusRequest(
            name=job.name, status=jobs.JOB_STATUS_RUNNING, progress_percent=40.0, note="first side", runs=[run]
        ),
        timeout=TIMEOUT_S,
    ).job
    assert (running.progress_percent, list(running.runs)) == (40.0, [run])
    assert running.HasField("start_time")
    back = jobs.UpdateJobStatusRequest(name=job.name, progress_percent=30.0)
    assert fail(job_log.UpdateJobStatus, back).fields.keys() == {"progress_percent"}
    ended = job_log.CompleteJob(
        jobs.CompleteJobRequest(
            name=job.name, succeeded=True, results=proto_json.write_struct({"files": 1}), runs=[run]
        ),
        timeout=TIMEOUT_S,
    ).job
    assert (ended.status, ended.progress_percent, list(ended.runs)) == (jobs.JOB_STATUS_COMPLETED, 100.0, [run])
    assert dict(ended.results) == {"files": 1}
    again = jobs.CompleteJobRequest(name=job.name, succeeded=True)
    assert fail(job_log.CompleteJob, again).reason == "TRANSITION_BLOCKED"
    assert job_log.GetJob(jobs.GetJobRequest(name=job.name), timeout=TIMEOUT_S).job == ended


def test_job_statistics(job_log: Any, patterns: Any) -> None:
    patterns.CreatePattern(pattern_request("job-pattern"), timeout=TIMEOUT_S)
    names = [create_job(job_log, pattern_id="job-pattern").name for _ in range(3)]
    for name in names[:2]:
        job_log.UpdateJobStatus(
            jobs.UpdateJobStatusRequest(name=name, status=jobs.JOB_STATUS_RUNNING), timeout=TIMEOUT_S
        )
    job_log.CompleteJob(jobs.CompleteJobRequest(name=names[0], succeeded=True), timeout=TIMEOUT_S)
    job_log.CompleteJob(jobs.CompleteJobRequest(name=names[1], error="bit broke"), timeout=TIMEOUT_S)
    request = jobs.GetJobStatisticsRequest(filter='pattern_id = "job-pattern"')
    found = job_log.GetJobStatistics(request, timeout=TIMEOUT_S)
    assert (found.job_count, found.success_ratio) == (3, 0.5)
    assert dict(found.status_counts) == {"completed": 1, "failed": 1, "pending": 1}
    assert dict(found.job_type_counts) == {"rosette_cnc_export": 3}
    assert found.average_duration.ToMicroseconds() > 0
    listed = job_log.ListJobs(
        jobs.ListJobsRequest(filter='pattern_id = "job-pattern" AND status = failed'), timeout=TIMEOUT_S
    )
    assert [(job.name, job.error) for job in listed.jobs] == [(names[1], "bit broke")]
    none = job_log.GetJobStatistics(jobs.GetJobStatisticsRequest(filter="pattern_id = none"), timeout=TIMEOUT_S)
    assert (none.HasField("success_ratio"), none.HasField("average_duration")) == (False, False)


@pytest.mark.parametrize(
    ("method", "request_", "reason"),
    [
        ("CreateJob", jobs.CreateJobRequest(), "INVALID_FIELDS"),
        ("CreateJob", jobs.CreateJobRequest(job_type=PREVIEW, status=jobs.JOB_STATUS_COMPLETED), "INVALID_FIELDS"),
        ("CreateJob", jobs.CreateJobRequest(job_type=PREVIEW, pattern_id="nobody"), "PATTERN_NOT_FOUND"),
        ("CreateJob", jobs.CreateJobRequest(job_type=PREVIEW, runs=["runs/run_ffffffffffff"]), "RUN_NOT_FOUND"),
        ("GetJob", jobs.GetJobRequest(name=NO_JOB), "JOB_NOT_FOUND"),
        ("GetJob", jobs.GetJobRequest(name="jobs/7"), "INVALID_FIELDS"),
        ("CompleteJob", jobs.CompleteJobRequest(name=NO_JOB), "INVALID_FIELDS"),
        ("CompleteJob", jobs.CompleteJobRequest(name=NO_JOB, error="x"), "JOB_NOT_FOUND"),
        (
            "CompleteJob",
            jobs.CompleteJobRequest(name=NO_JOB, succeeded=True, error="x"),
            "INVALID_FIELDS",
        ),
        (
            "UpdateJobStatus",
            jobs.UpdateJobStatusRequest(name=NO_JOB, progress_percent=101),
            "INVALID_FIELDS",
        ),
    ],
)
def test_what_the_job_log_refuses(job_log: Any, method: str, request_: Any, reason: str) -> None:
    assert fail(getattr(job_log, method), request_).reason == reason


def test_a_job_that_moved_on_is_not_changed_by_who_did_not_see_it(job_log: Any) -> None:
    job = create_job(job_log)
    job_log.UpdateJobStatus(jobs.UpdateJobStatusRequest(name=job.name, note="a"), timeout=TIMEOUT_S)
    late = jobs.UpdateJobStatusRequest(name=job.name, note="b", expected_version=0)
    assert fail(job_log.UpdateJobStatus, late).reason == "CONCURRENT_CHANGE"
