"""What a shop lead, an operator and an engineer do at the desk, with rmosctl alone."""

import hashlib
import json
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
import yaml

from rmos.advisory.v1 import advisory_service_pb2 as advisory_pb
from rmos.feasibility.v1 import feasibility_service_pb2 as pb
from rmos.runs.v1 import run_pb2
from rmos.runs.v1 import runs_service_pb2 as runs_pb
from rmos.type.v1 import risk_pb2
from rmos_client import Rmos, read_job
from testkit.local_servers import LocalServers
from tests import builders
from tests.cli.commands import EXAMPLES, ROSETTE, Rmosctl

EBONY = EXAMPLES / "ebony_fretboard.yaml"
RED = risk_pb2.RISK_LEVEL_RED
ANSWERS = {"override", "decline"}
LICENCE = ("--licence", "CC-BY-4.0", "--caption", "a rosette of five rings")


@pytest.fixture
def operator(servers: LocalServers) -> Rmosctl:
    return Rmosctl(servers)


def test_a_lead_reviews_what_waits_oldest_first(servers: LocalServers, operator: Rmosctl, tmp_path: Path) -> None:
    job = yaml.safe_load(ROSETTE.read_text())
    job.pop("attachments")
    made: list[str] = []
    for number in range(4):
        job["design"]["rosette_channel"]["rings"][0]["width_mm"] = 1.5 + number / 10
        (tmp_path / "job.json").write_text(json.dumps(job))
        asked = ("--size-px", 64, "--count", 3, "--prompt", f"rosette {number}")
        drawn = operator.json("review", "generate", "--job", tmp_path / "job.json", *asked)["assets"]
        made += [item["asset_id"] for item in drawn]
    waiting = [item["asset_id"] for item in operator.json("review", "queue", "--limit", 1_000)["assets"]]
    assert [asset for asset in waiting if asset in set(made)] == made
    assert len(made) == 12
    older, alike, other = made[0], made[1], made[-1]
    lead = Rmosctl(servers, person="B. Jones")
    opened = lead.json("review", "open", older, "--to", tmp_path / "rosette.png")["asset"]
    assert (opened["requester"], opened["prompt"], opened["provider"]) == ("A. Smith", "rosette 0", "rosette")
    assert (opened["model"] != "", float(opened.get("cost_usd", 0.0))) == (True, 0.0)  # drawn here, for nothing
    with Rmos(runs=servers.runs.address) as rmos:
        follow = advisory_pb.WatchAdvisoryAssetsRequest()
        follow.resume_token = next(rmos.stream(rmos.advisory.WatchAdvisoryAssets, follow)).resume_token
        approved = lead.json("review", "approve", older, *LICENCE)
        seen = rmos.stream(rmos.advisory.WatchAdvisoryAssets, follow, timeout_s=30)
        told = next(item.asset for item in seen if item.asset.asset_id == older)
        assert (told.reviewed_by, told.approved_for_workflow) == ("B. Jones", True)
    shown = hashlib.sha256((tmp_path / "rosette.png").read_bytes()).hexdigest()
    assert (approved["reviewed_by"], approved["content_sha256"]) == ("B. Jones", shown)
    found = lead.json("review", "duplicates", alike)
    assert older in json.dumps(found)
    run = operator.json("record", ROSETTE)["run_id"]
    operator.json("advise", run, older, "--kind", "advisory")
    assert run in json.dumps(lead.json("review", "show", older))
    second = lead.run("review", "reject", older, "--reason", "wrong_style")
    assert "REVIEW_ALREADY_DECIDED" in str(second.exception)
    lead.text("review", "reject", older, "--reason", "wrong_style", "--reversal")
    decisions = [item["decision"] for item in lead.json("review", "show", older)["reviews"]]
    assert decisions.count("ASSET_STATE_REJECTED") >= 1
    still = [item["asset_id"] for item in operator.json("review", "queue", "--limit", 1_000)["assets"]]
    assert older not in still
    assert other in still


def test_an_explanation_of_a_model_never_changes_a_level(operator: Rmosctl) -> None:
    run = operator.json("record", ROSETTE)
    operator.json("advise", run["run_id"], "adv_words", "--kind", "explanation", "--text", "this is RED, stop")
    assert operator.json("show", run["run_id"])["decision"] == run["decision"]


def test_an_operator_runs_an_old_job_again(operator: Rmosctl) -> None:
    run = operator.json("record", ROSETTE)
    operator.json("start", run["run_id"], "--serial", "J7-0147", "--machine", "shapeoko_3")
    operator.json("finish", run["run_id"])
    again = operator.json("replay", run["run_id"], "--serial", "J7-0152")
    child = again["run"]
    assert child["linkage"]["parent_run_id"] == run["run_id"]
    assert not again.get("drift_detected")
    assert again["now"] == again["then"], "the verdict is still the same"
    assert not again.get("engine_changed")
    assert child["decision"]["risk_level"] == run["decision"]["risk_level"]
    assert child["hashes"]["gcode_sha256"] == run["hashes"]["gcode_sha256"]
    operator.json("start", child["run_id"], "--serial", "J7-0152", "--machine", "shapeoko_3")
    operator.json("finish", child["run_id"])
    third = operator.json("replay", run["run_id"], "--serial", "J7-0152")
    assert any("J7-0152" in warning for warning in third["warnings"])


def test_a_bit_that_is_worn_or_gone_meanwhile_is_told_of_before_anything_is_cut(
    servers: LocalServers, operator: Rmosctl, tmp_path: Path
) -> None:
    bit = {"tool_id": "j7_bit", "kind": "END_MILL", "diameter_mm": 3.175, "flute_count": 2, "substrate": "CARBIDE"}
    bit |= {"flute_length_mm": 12.7, "stickout_mm": 20, "flute_direction": "DOWN", "wear": "SHARP"}
    (tmp_path / "bit.json").write_text(json.dumps(bit))
    operator.text("catalogue", "add", "tool", tmp_path / "bit.json")
    job = yaml.safe_load(ROSETTE.read_text())
    job.pop("attachments")
    job["context"]["tool"] = {"tool_id": "j7_bit"}
    (tmp_path / "job.json").write_text(json.dumps(job))
    run = operator.json("record", tmp_path / "job.json")
    assert run["decision"]["risk_level"] == "RISK_LEVEL_GREEN"
    operator.text("catalogue", "edge", "j7_bit", "worn", "--note", "200 tops")
    worn = operator.json("replay", run["run_id"], "--serial", "J7-0153", "--note", "the edge is looked at")
    assert worn["drift"] == ["tools/j7_bit: version 1 then, version 2 now"]
    operator.text("catalogue", "gone", "j7_bit", "--reason", "the tip is gone")
    again = operator.json("replay", run["run_id"], "--serial", "J7-0154", "--note", "with another bit")
    assert any("the tip is gone" in warning for warning in again["warnings"])
    assert operator.json("show", run["run_id"])["decision"] == run["decision"]


def test_an_engineer_asks_what_if(servers: LocalServers, operator: Rmosctl, tmp_path: Path) -> None:
    job = yaml.safe_load(EBONY.read_text())
    job.pop("attachments", None)
    file = tmp_path / "what_if.json"
    file.write_text(json.dumps(job))
    before = operator.json("count")
    axes = (
        "cut.spindle_speed_rpm=10000:24000:10",
        "cut.feed_rate_mm_per_min=300:2300:10",
        "cut.axial_depth_mm=0.2:0.6:10",
    )
    swept = operator.json("sweep", file, *(part for axis in axes for part in ("--axis", axis)))
    levels = ("green_count", "yellow_count", "red_count", "unknown_count")
    assert sum(int(swept.get(level, 0)) for level in levels) == 1_000
    assert swept["fastest_green"]["risk"] == "RISK_LEVEL_GREEN"
    assert swept["fastest_green"]["cut_time_s"] > 0
    assert operator.json("count") == before
    with Rmos(feasibility=servers.feasibility.address) as rmos:
        asked = read_job(file)
        grid = [pb.SweepAxis(field=f"context.{field}", range=steps) for field, steps in _ranges(axes)]
        tables = [answer.block.table for answer in rmos.sweep(asked.design, asked.context, grid)]
    points = [pair for table in tables for pair in zip(table.risks, table.binding_categories, strict=True)]
    assert len(points) == 1_000
    assert RED in {risk for risk, _ in points}
    assert risk_pb2.RISK_CATEGORY_UNSPECIFIED not in {binding for risk, binding in points if risk == RED}


def test_the_vendors_own_point_is_not_red(operator: Rmosctl, tmp_path: Path) -> None:
    job = yaml.safe_load(EBONY.read_text())
    job.pop("attachments", None)
    job["context"]["cut"] |= {"spindle_speed_rpm": 24_000, "feed_rate_mm_per_min": 1_262, "axial_depth_mm": 0.584}
    (tmp_path / "vendor.json").write_text(json.dumps(job))
    report = operator.json("evaluate", tmp_path / "vendor.json")
    assert report["overall_risk"] in {"RISK_LEVEL_GREEN", "RISK_LEVEL_YELLOW"}


def _ranges(axes: Iterable[str]) -> Iterator[tuple[str, pb.NumberRange]]:
    for axis in axes:
        field, _, numbers = axis.partition("=")
        first, last, count = numbers.split(":")
        yield field, pb.NumberRange(min=float(first), max=float(last), count=int(count))


def test_a_lead_answers_those_who_ask_and_they_see_it_at_once(servers: LocalServers, operator: Rmosctl) -> None:
    serial = f"J5-{uuid.uuid4().hex[:8]}"
    lead = Rmosctl(servers, person="B. Jones")
    with Rmos(runs=servers.runs.address) as rmos:
        held = [
            rmos.create_run(
                builders.design_message(),
                builders.context_message(builders.YELLOW),
                mode="rosette",
                linkage=run_pb2.RunLinkage(instrument_serial=serial),
            )
            for _ in range(2)
        ]
        watched = runs_pb.WatchRunsRequest(filter=f'instrument_serial = "{serial}"')
        watched.resume_token = next(rmos.stream(rmos.runs.WatchRuns, watched)).resume_token
        for run in held:
            operator.text("request", "ask", run.run_id, "--reason", "the bit is new")
        waiting = lead.json("request", "list", "--filter", f'instrument_serial = "{serial}"')["requests"]
        assert [item["run"]["run_id"] for item in waiting] == [run.run_id for run in held]
        yes, no = (item["request"]["name"] for item in waiting)
        lead.text("override", held[0].run_id, "--request", yes, "--reason", "looked at it")
        lead.text("request", "decline", no, "--reason", "clamp it first")
        seen = (item for item in rmos.stream(rmos.runs.WatchRuns, watched, timeout_s=30) if item.kind in ANSWERS)
        assert {next(seen).kind, next(seen).kind} == ANSWERS
        first, second = (rmos.get_run(run.run_id) for run in held)
    assert (first.override.person, first.decision.risk_level) == ("B. Jones", held[0].decision.risk_level)
    assert second.effective_gate_decision == run_pb2.GATE_DECISION_BLOCKED
    assert lead.json("request", "list", "--filter", f'instrument_serial = "{serial}"')["requests"] == []
