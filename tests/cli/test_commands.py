"""Every command of the desk, with --json and without, on real servers."""

import json
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from rmos_client.errors import RmosError
from rmos_client.job_templates import OPERATIONS
from rmos_client.jobs import JobFileError
from testkit.local_servers import LocalServers
from tests.cli.commands import EXAMPLES, ROSETTE, Rmosctl


@pytest.fixture
def rmosctl(servers: LocalServers) -> Rmosctl:
    return Rmosctl(servers)


@pytest.fixture
def recorded(rmosctl: Rmosctl) -> str:
    run = rmosctl.json("record", ROSETTE)
    assert run["status"] == "RUN_STATUS_OK"
    return str(run["run_id"])


def test_a_run_goes_from_the_record_to_the_machine_and_again(rmosctl: Rmosctl, recorded: str, tmp_path: Path) -> None:
    assert rmosctl.json("show", recorded)["run_id"] == recorded
    assert recorded in [run["run_id"] for run in rmosctl.json("list", "--limit", 500)["runs"]]
    assert int(rmosctl.json("count")["count"]) >= 1
    assert rmosctl.json("list", "--output", tmp_path / "runs.csv")["run_count"] >= 1
    assert recorded in (tmp_path / "runs.csv").read_text()
    assert rmosctl.run("list", "--output", tmp_path / "runs.xls").exit_code == 2
    assert rmosctl.json("pack", recorded, tmp_path / "pack.zip")["sha256"]
    started = rmosctl.json("start", recorded, "--serial", "0152", "--machine", "router_1")["run"]
    assert [step["operator"] for step in started["executions"]] == ["A. Smith"]
    assert rmosctl.json("finish", recorded)["run"]["run_id"] == recorded
    child = rmosctl.json("replay", recorded, "--serial", "0153")["run"]
    assert child["linkage"]["parent_run_id"] == recorded
    assert rmosctl.json("lineage", recorded)["descendants"][0]["run"]["run_id"] == child["run_id"]
    assert "is scrapped" in rmosctl.text("start", child["run_id"]) + rmosctl.text("scrap", child["run_id"])
    assert rmosctl.json("compare", recorded, child["run_id"])["comparisons"]
    assert rmosctl.json("verify", recorded)["verifications"][0]["outcome"] == "VERIFICATION_OUTCOME_VERIFIED"


def test_the_version_is_printed(rmosctl: Rmosctl) -> None:
    assert rmosctl.text("--version") == f"rmosctl {metadata.version('rmos-client')}\n"


def test_a_job_is_judged_explained_and_varied_as_json(rmosctl: Rmosctl) -> None:
    assert rmosctl.json("evaluate", ROSETTE)["overall_risk"] == "RISK_LEVEL_GREEN"
    assert rmosctl.json("evaluate", EXAMPLES / "steps" / "carved_neck.yaml")["steps"]
    assert rmosctl.json("explain", ROSETTE)["text"].startswith("GREEN")
    assert rmosctl.json("recommend", ROSETTE)["present_risk"] == "RISK_LEVEL_GREEN"
    swept = rmosctl.json("sweep", ROSETTE, "--axis", "cut.feed_rate_mm_per_min=1500,1750")
    assert int(swept["green_count"]) == 2


def test_cutting_that_was_stopped_is_said_to_be(rmosctl: Rmosctl, recorded: str) -> None:
    rmosctl.text("start", recorded)
    assert rmosctl.text("abort", recorded, "--note", "belt slipped") == f"{recorded} is aborted\n"


def test_people_and_programs_add_to_a_run(rmosctl: Rmosctl, recorded: str) -> None:
    assert rmosctl.text("note", recorded, "cut on the old bench") == f"noted with {recorded}\n"
    (note,) = rmosctl.json("notes", recorded)["annotations"]
    assert (note["person"], note["note"]) == ("A. Smith", "cut on the old bench")
    rmosctl.text("advise", recorded, "adv_1", "--text", "sharpen first", "--engine", "shop")
    assert rmosctl.json("explanation", recorded)["run_id"] == recorded
    kinds = [item["kind"] for item in rmosctl.json("advisories", recorded)["advisories"]]
    assert "ADVISORY_KIND_ADVISORY" in kinds
    assert rmosctl.text("explanation", recorded, "--status", "error").endswith("explanation is error\n")
    assert rmosctl.json("hold", recorded, "--person", "B. Jones", "--reason", "court case")["legal_hold"]["held"]


def test_the_files_of_a_run(rmosctl: Rmosctl, recorded: str, tmp_path: Path) -> None:
    file = tmp_path / "photo.txt"
    file.write_text("the board")
    sha256 = rmosctl.json("upload", recorded, file, "--kind", "photo")["sha256"]
    listed = rmosctl.json("attachments", "list", recorded)["attachments"]
    assert sha256 in [item["sha256"] for item in listed]
    assert rmosctl.json("attachments", "show", recorded, sha256)["filename"] == "photo.txt"
    assert rmosctl.json("attachments", "verify", recorded)["outcome"] == "VERIFICATION_OUTCOME_VERIFIED"
    assert rmosctl.json("attachments", "diff", recorded, recorded)["shared"]
    rmosctl.json("download", recorded, sha256, tmp_path / "again.txt")
    assert (tmp_path / "again.txt").read_text() == "the board"
    assert rmosctl.json("preview", recorded, tmp_path / "rosette.svg")["mime"] == "image/svg+xml"


def test_a_picture_is_made_reviewed_and_taken_back(servers: LocalServers, rmosctl: Rmosctl, tmp_path: Path) -> None:
    (made,) = rmosctl.json("review", "generate", "--job", ROSETTE, "--size-px", 64)["assets"]
    asset = made["asset_id"]
    assert asset in [item["asset_id"] for item in rmosctl.json("review", "queue", "--limit", 1000)["assets"]]
    rmosctl.text("review", "open", asset, "--to", tmp_path / "picture.png")
    assert (tmp_path / "picture.png").read_bytes().startswith(b"\x89PNG")
    reviewer = Rmosctl(servers, person="B. Jones")
    words = ("--licence", "CC-BY-4.0", "--caption", "a rosette", "--concept", "herringbone")
    approved = reviewer.json("review", "approve", asset, *words)
    assert approved["concept"] == "herringbone"
    assert rmosctl.json("review", "show", asset)["reviews"][0]["concept"] == "herringbone"
    assert (approved["state"], approved["reviewed_by"]) == ("ASSET_STATE_APPROVED", "B. Jones")
    rejected = reviewer.text("review", "reject", asset, "--reason", "wrong_style", "--reversal")
    assert rejected == f"{asset} is rejected by B. Jones\n"
    assert len(rmosctl.json("review", "show", asset)["reviews"]) == 2
    assert rmosctl.json("review", "favourite", asset)["is_favorite"]
    assert rmosctl.run("review", "duplicates", asset, "--json").exit_code == 0
    assert int(rmosctl.json("review", "stats")["asset_count"]) >= 1
    assert rmosctl.json("review", "list", "--filter", "state = rejected")["assets"]
    assert "periods" in rmosctl.json("review", "budget")


def test_a_reason_that_is_none_names_those_there_are(rmosctl: Rmosctl) -> None:
    done = rmosctl.run("review", "reject", "adv_000000000000", "--reason", "ugly")
    assert done.exit_code == 2
    assert "poor_quality" in done.output


def test_a_session_goes_from_its_design_to_its_toolpaths(rmosctl: Rmosctl) -> None:
    session = rmosctl.json("session", "new", "--title", "rosette 12", "--person", "A. Smith")["session_id"]
    rmosctl.text("session", "design", session, ROSETTE)
    assert "runs/run_" in rmosctl.text("session", "evaluate", session)
    approved = rmosctl.json("session", "approve", session, "--reason", "as we always cut it")
    assert approved["state"] == "SESSION_STATE_APPROVED"
    stored = rmosctl.json("session", "toolpaths", session, EXAMPLES / "classical_rosette.nc")
    assert stored["last_run"].startswith("runs/run_")
    assert len(rmosctl.json("session", "events", session)["events"]) >= 5
    assert session in [item["session_id"] for item in rmosctl.json("session", "list", "--limit", 500)["sessions"]]
    assert rmosctl.json("session", "show", session)["title"] == "rosette 12"
    assert rmosctl.text("session", "archive", session).startswith(f"{session} is archived")


def test_a_session_is_sent_back_and_rejected(rmosctl: Rmosctl) -> None:
    session = rmosctl.json("session", "new")["session_id"]
    rmosctl.text("session", "design", session, ROSETTE)
    rmosctl.text("session", "evaluate", session)
    rmosctl.text("session", "revise", session, "--reason", "thinner rings, please")
    rmosctl.text("session", "design", session, ROSETTE)
    rmosctl.text("session", "evaluate", session)
    rejected = rmosctl.json("session", "reject", session, "--reason", "not in this year's range")
    assert rejected["state"] == "SESSION_STATE_REJECTED"


def test_the_log_of_jobs(rmosctl: Rmosctl, tmp_path: Path) -> None:
    results = tmp_path / "results.yaml"
    results.write_text("parts: 3\n")
    job = rmosctl.json("job", "add", "rosette_cnc_export", "--title", "spring batch")["job_id"]
    assert rmosctl.text("job", "progress", job, "running", "--percent", 40) == f"{job} is running, 40 %\n"
    ended = rmosctl.json("job", "end", job, "--results", results)
    assert (ended["status"], ended["results"]) == ("JOB_STATUS_COMPLETED", {"parts": 3.0})
    assert rmosctl.json("job", "show", job)["title"] == "spring batch"
    assert job in [item["job_id"] for item in rmosctl.json("job", "list", "--limit", 500)["jobs"]]
    assert int(rmosctl.json("job", "stats")["job_count"]) >= 1


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_job_file_to_start_from_can_be_judged(rmosctl: Rmosctl, operation: str, tmp_path: Path) -> None:
    file = tmp_path / "job.yaml"
    rmosctl.text("job", "new", file, "--op", operation, "--model", "classical_650")
    assert rmosctl.text("job", "check", file) == f"{file}: complete\n"
    stock = yaml.safe_load(file.read_text())["context"]["stock"]
    assert (2.6 <= stock["thickness_mm"] <= 3) is (operation == "rosette")
    cut = yaml.safe_load(file.read_text())["design"].get(operation, {})
    assert not cut.get("through") or cut["depth_mm"] == stock["thickness_mm"]
    if operation in {"rosette", "profile", "saw_cut"}:
        assert rmosctl.json("evaluate", file)["overall_risk"] == "RISK_LEVEL_GREEN"
    schema = Draft202012Validator(json.loads(rmosctl.text("job", "schema")))
    schema.validate(yaml.safe_load(file.read_text()))


def test_what_a_job_file_lacks_is_named_at_once(rmosctl: Rmosctl, tmp_path: Path) -> None:
    file = tmp_path / "job.yaml"
    rmosctl.text("job", "new", file, "--op", "pocket")
    text = file.read_text().replace("spindle_speed_rpm: 17000, ", "").replace("feed_rate_mm_per_min: 1300, ", "")
    file.write_text(text)
    done = rmosctl.run("job", "check", file)
    assert done.exit_code == 1
    assert "spindle_speed_rpm" in done.stdout
    assert "feed_rate_mm_per_min" in done.stdout


def test_the_schema_of_job_files_takes_the_examples_and_no_field_it_does_not_know(rmosctl: Rmosctl) -> None:
    schema = Draft202012Validator(json.loads(rmosctl.text("job", "schema")))
    for file in EXAMPLES.glob("*.yaml"):
        schema.validate(yaml.safe_load(file.read_text()))
    assert not schema.is_valid({"design": {"naem": "x"}, "context": {}})


def test_the_pattern_library_leaves_and_comes_back(rmosctl: Rmosctl, tmp_path: Path) -> None:
    family = tmp_path / "family.yaml"
    family.write_text("title: three strips\nstrips: [{material_id: maple_hard, width_mm: 1.2}]\n")
    family_id = rmosctl.json("pattern", "family", "add", family)["strip_family"]["strip_family_id"]
    assert rmosctl.json("pattern", "family", "show", family_id)["title"] == "three strips"
    assert rmosctl.json("pattern", "family", "list")["strip_families"]
    added = rmosctl.json("pattern", "add", ROSETTE, "--type", "rope", "--family", family_id)["pattern"]
    pattern = added["pattern_id"]
    assert rmosctl.json("pattern", "show", pattern)["strip_family_id"] == family_id
    assert pattern in [item["pattern_id"] for item in rmosctl.json("pattern", "list")["patterns"]]
    assert pattern in rmosctl.text("pattern", "draw", pattern, tmp_path / f"{pattern}.png")
    assert rmosctl.json("pattern", "export", tmp_path / "out")["documents"][0]["sha256"]
    entries = rmosctl.json("pattern", "import", tmp_path / "out" / "patterns-1.json")["entries"]
    assert {entry["outcome"] for entry in entries} == {"IMPORT_OUTCOME_UNCHANGED"}
    assert int(rmosctl.json("pattern", "stats")["pattern_count"]) >= 1


def test_the_catalogue_is_listed_searched_and_added_to(rmosctl: Rmosctl, tmp_path: Path) -> None:
    for kind in ("materials", "tools", "machines", "models", "profiles"):
        listed = rmosctl.json("catalogue", "list", kind)[kind]
        first = listed[0]["name"].split("/")[1]
        assert rmosctl.json("catalogue", "show", kind, first)["name"] == listed[0]["name"]
    assert "spruce_sitka" in rmosctl.text("catalogue", "list", "materials", "sitka spruse")
    entry = tmp_path / "machine.yaml"
    entry.write_text("machine_id: back_room\ntier: HOBBY\nmax_spindle_speed_rpm: 24000\n")
    added = rmosctl.text("catalogue", "add", "machine", entry, "--source", "data sheet", "--grade", "b")
    assert added == "machines/back_room: kept\n"
    assert "imports" in rmosctl.json("catalogue", "imports")
    assert "calibrations" in rmosctl.json("catalogue", "calibrations")


def test_a_word_that_the_contract_does_not_have_names_those_it_has(rmosctl: Rmosctl, tmp_path: Path) -> None:
    file = tmp_path / "calibration.yaml"
    file.write_text("kind: stiffness\n")
    with pytest.raises(JobFileError, match="kind: 'stiffness'; allowed: AXIS_PUSH, SCRAP_BURN, RUNOUT, SPINDLE_POWER"):
        rmosctl.text("catalogue", "calibrate", file)


def test_what_is_like_nothing_is_said_to_be(rmosctl: Rmosctl) -> None:
    done = rmosctl.run("catalogue", "list", "materials", "zzzzzzzz")
    assert (done.exit_code, done.stdout) == (1, "nothing like 'zzzzzzzz'\n")


def test_a_profile_is_revised_and_rolled_back(rmosctl: Rmosctl, tmp_path: Path) -> None:
    profile = rmosctl.json("catalogue", "list", "profiles")["profiles"][0]
    own = {key: value for key, value in profile.items() if key not in {"name", "system", "revision", "create_time"}}
    file = tmp_path / "profile.json"
    for rings in (3, 4):
        file.write_text(json.dumps({**own, "profile_id": "desk", "min_rings": rings, "max_rings": 6}))
        rmosctl.text("catalogue", "add", "profile", file)
    assert rmosctl.json("catalogue", "profile", "rollback", "desk", 1)["min_rings"] == 3
    history = rmosctl.json("catalogue", "profile", "history", "desk")["profiles"]
    assert [item["revision"] for item in history] == [3, 2, 1]


def test_a_measurement_takes_the_place_of_an_assumed_number(rmosctl: Rmosctl, tmp_path: Path) -> None:
    machine = tmp_path / "machine.yaml"
    machine.write_text("machine_id: measured_one\ntier: HOBBY\n")
    rmosctl.text("catalogue", "add", "machine", machine)
    file = tmp_path / "calibration.yaml"
    file.write_text("kind: axis_push\nsubject: machines/measured_one\nvalue: 900\nperson: A. Smith\ndate: 2026-03-01\n")
    assert rmosctl.json("catalogue", "calibrate", file)["value"] == 900.0


def test_the_servers_and_the_store_as_a_whole(rmosctl: Rmosctl, recorded: str) -> None:
    servers = rmosctl.json("store", "info")["servers"]
    assert [server["server"] for server in servers] == ["feasibility_svc", "runs_svc"]
    assert recorded
    assert "VERIFIED" in rmosctl.text("store", "verify")
    assert "imports" in rmosctl.json("store", "imports")
    status = rmosctl.json("teaching", "status")["status"]
    assert len(status) == 3
    assert "exports" in rmosctl.json("teaching", "list")


@pytest.mark.parametrize("kind", ["engines", "dimensions", "levels", "rules"])
def test_what_the_engines_judge_by_is_listed(rmosctl: Rmosctl, kind: str) -> None:
    (listed,) = rmosctl.json("vocabulary", kind).values()
    assert listed


def test_rosettes_are_searched_for_a_setup(rmosctl: Rmosctl) -> None:
    profile = rmosctl.json("catalogue", "list", "profiles")["profiles"][0]["profile_id"]
    given = ("--profile", profile, "--soundhole-radius-mm", 42.5, "--channel-depth-mm", 1.5, "--candidates", 3)
    candidates = rmosctl.json("rosettes", ROSETTE, *given)["candidates"]
    assert [item["rank"] for item in candidates] == list(range(1, len(candidates) + 1))


def test_a_gate_that_is_open_already_is_not_opened(rmosctl: Rmosctl, recorded: str) -> None:
    with pytest.raises(RmosError, match="NOT_BLOCKED"):
        raise _failure(rmosctl.run("override", recorded, "--reason", "to see what happens"))


def _failure(done: Any) -> BaseException:
    failed: BaseException = done.exception
    return failed


def test_what_is_printed_for_a_program_ends_where_its_words_end(rmosctl: Rmosctl) -> None:
    told = rmosctl.text("store", "info")
    assert "limits: max calls" in told
    assert [line for line in told.splitlines() if line != line.rstrip()] == []
    assert rmosctl.text("store", "imports", "--filter", f"source_sha256 = {'0' * 64}").strip() == "none"
