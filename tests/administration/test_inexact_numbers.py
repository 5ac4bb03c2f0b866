"""A store of an older release with numbers that have no canonical form: reported, and in nobody's way."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import pytest

from rmos.advisory.v1 import advisory_service_pb2 as advisory_pb
from rmos.advisory.v1.advisory_service_pb2_grpc import AdvisoryServiceStub
from rmos.runs.v1 import run_pb2
from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.runs.v1.runs_service_pb2_grpc import RunsServiceStub
from rmos.shop.v1 import patterns_service_pb2 as patterns_pb
from rmos.shop.v1.patterns_service_pb2_grpc import PatternsServiceStub
from rmos.workflow.v1 import workflow_service_pb2 as workflow_pb
from rmos.workflow.v1.workflow_service_pb2_grpc import WorkflowServiceStub
from testkit.local_servers import LocalServers
from tests import builders
from tests.administration.offline import offline
from tests.promises.careless import careless_in
from tests.service import test_shop_services
from tests.service.wire import TIMEOUT_S, Failed, fail

POISON = 1e16
ACTOR = workflow_pb.Actor(role=workflow_pb.ACTOR_ROLE_USER, name="M. Sato")
DESIGN = builders.design_message(builders.overridden(test_shop_services.DESIGN, {"rosette_channel.depth_mm": POISON}))


@dataclass(frozen=True)
class Poisoned:
    """A folder with such a store, and what in it is so and what is not."""

    folder: Path
    run: str
    sound_run: str
    session: str
    asset: str

    @property
    def store(self) -> Path:
        return self.folder / "runs"


@pytest.fixture(scope="module")
def poisoned(tmp_path_factory: pytest.TempPathFactory) -> Poisoned:
    """Recorded by a server that takes every finite number, as an older one did, while nobody could check the inputs."""
    folder = tmp_path_factory.mktemp("poisoned")
    with careless_in("numbers")(folder) as servers, grpc.insecure_channel(servers.runs.address) as channel:
        servers.feasibility.stop()
        runs = RunsServiceStub(channel)
        bad = runs.CreateRun(builders.create_request(design=DESIGN), timeout=TIMEOUT_S).run
        sound = runs.CreateRun(builders.create_request(), timeout=TIMEOUT_S).run
        patterns = PatternsServiceStub(channel)
        for pattern_id, fields in (("poisoned", {"design": DESIGN}), ("sound", {})):
            patterns.CreatePattern(test_shop_services.pattern_request(pattern_id, **fields), timeout=TIMEOUT_S)
        sessions = WorkflowServiceStub(channel)
        session = sessions.CreateSession(workflow_pb.CreateSessionRequest(actor=ACTOR), timeout=TIMEOUT_S).session
        step = workflow_pb.SetDesignRequest(name=session.name, actor=ACTOR, design=DESIGN)
        sessions.SetDesign(step, timeout=TIMEOUT_S)
        drawn = advisory_pb.GenerateImageRequest(design=DESIGN, requester="M. Sato", size_px=64)
        (asset,) = AdvisoryServiceStub(channel).GenerateImage(drawn, timeout=TIMEOUT_S).assets
        servers.runs.stop()
    return Poisoned(folder, bad.name, sound.name, session.name, asset.name)


@pytest.fixture(scope="module")
def channel(poisoned: Poisoned, tmp_path_factory: pytest.TempPathFactory) -> Iterator[grpc.Channel]:
    folder = tmp_path_factory.mktemp("served")
    shutil.copytree(poisoned.store, folder / "runs")
    with LocalServers(folder) as servers, grpc.insecure_channel(servers.runs.address) as opened:
        yield opened


@pytest.fixture(scope="module")
def problems(poisoned: Poisoned) -> set[str]:
    """What a check of it reports, before anything is repaired."""
    code, found = check(poisoned.store)
    assert code == 1
    return found


def test_what_an_older_server_recorded_is_verified_without_it(poisoned: Poisoned, channel: grpc.Channel) -> None:
    runs = RunsServiceStub(channel)
    verified = runs.VerifyRun(pb.VerifyRunRequest(name=poisoned.run), timeout=TIMEOUT_S)
    outcomes = {check.item: check.outcome for check in verified.verification.items}
    assert outcomes["document"] == outcomes["request"] == run_pb2.VERIFICATION_OUTCOME_UNREADABLE
    assert outcomes["index"] == run_pb2.VERIFICATION_OUTCOME_VERIFIED
    assert "feasibility" not in outcomes, "there was no report, so no digest of one"
    sound = runs.VerifyRun(pb.VerifyRunRequest(name=poisoned.sound_run), timeout=TIMEOUT_S)
    assert {check.outcome for check in sound.verification.items} == {run_pb2.VERIFICATION_OUTCOME_VERIFIED}


def test_the_store_is_verified_to_its_end(poisoned: Poisoned, channel: grpc.Channel) -> None:
    *_, last = RunsServiceStub(channel).VerifyStore(pb.VerifyStoreRequest(), timeout=TIMEOUT_S)
    assert last.result.run_count == 2
    assert last.result.unreadable_count == 5, "the run's record and inputs, the pattern, the session's step, the asset"
    assert last.result.mismatch_count == last.result.missing_count == 0


def test_it_is_listed_and_read_as_it_was_recorded(poisoned: Poisoned, channel: grpc.Channel) -> None:
    runs = RunsServiceStub(channel)
    listed = runs.ListRuns(pb.ListRunsRequest(), timeout=TIMEOUT_S)
    assert {run.name for run in listed.runs} == {poisoned.run, poisoned.sound_run}
    run = runs.GetRun(pb.GetRunRequest(name=poisoned.run), timeout=TIMEOUT_S).run
    assert run.design.rosette_channel.depth_mm == POISON
    document = runs.GetRunDocument(pb.GetRunDocumentRequest(name=poisoned.run), timeout=TIMEOUT_S)
    assert hashlib.sha256(document.document).hexdigest() == document.sha256
    compared = pb.DiffRunsRequest(left=poisoned.sound_run, right=poisoned.run)
    assert runs.DiffRuns(compared, timeout=TIMEOUT_S).differences


def lost(failed: Failed, name: str) -> None:
    assert (failed.code, failed.reason) == (grpc.StatusCode.DATA_LOSS, "ARTIFACT_CORRUPT")
    assert name in failed.message
    assert "beyond 2^53-1" in failed.message


def test_nothing_new_is_derived_from_it(poisoned: Poisoned, channel: grpc.Channel) -> None:
    lost(
        fail(RunsServiceStub(channel).ReplayRun, pb.ReplayRunRequest(name=poisoned.run)),
        poisoned.run.removeprefix("runs/"),
    )
    step = workflow_pb.SetContextRequest(name=poisoned.session, actor=ACTOR, context=builders.context_message())
    lost(fail(WorkflowServiceStub(channel).SetContext, step), poisoned.session.removeprefix("sessions/"))
    favourite = advisory_pb.SetFavoriteRequest(name=poisoned.asset, is_favorite=True)
    lost(fail(AdvisoryServiceStub(channel).SetFavorite, favourite), poisoned.asset.removeprefix("assets/"))


def test_the_rest_of_a_library_is_exported(poisoned: Poisoned, channel: grpc.Channel) -> None:
    exported = PatternsServiceStub(channel).ExportPatterns(patterns_pb.ExportPatternsRequest(), timeout=TIMEOUT_S)
    assert [item["pattern_id"] for item in json.loads(exported.document)["patterns"]] == ["sound"]
    assert (exported.pattern_count, list(exported.unreachable)) == (1, ["patterns/poisoned"])


def check(store: Path, *flags: str) -> tuple[int, set[str]]:
    report = store.parent / "report.json"
    done = offline("fsck", "--runs-dir", store, "--report", report, *flags)
    assert not done.stderr, done.stderr
    problems: list[dict[str, Any]] = json.loads(report.read_bytes())["problems"]
    assert {problem["outcome"] for problem in problems} <= {"UNREADABLE"}
    return done.returncode, {problem["item"] for problem in problems}


def documents(store: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in store.glob("????-*/*.json")}


def test_a_check_names_it_and_goes_on(poisoned: Poisoned, problems: set[str]) -> None:
    run_id = poisoned.run.removeprefix("runs/")
    assert {f"ledger:run:{run_id}", f"request:{run_id}", "ledger:pattern:pattern.poisoned/000000"} <= problems
    assert len(problems) == 5


@pytest.mark.parametrize("repair", ["archive", "all"])
def test_a_repair_brings_it_over_as_it_is(poisoned: Poisoned, problems: set[str], tmp_path: Path, repair: str) -> None:
    store = shutil.copytree(poisoned.store, tmp_path / "runs")
    assert check(store, "--repair", repair) == (1, problems)
    assert documents(store) == documents(poisoned.store)


def test_a_ledger_that_is_gone_is_rebuilt_with_it(poisoned: Poisoned, problems: set[str], tmp_path: Path) -> None:
    store = shutil.copytree(poisoned.store, tmp_path / "runs")
    for path in store.glob("rmos.db*"):
        path.unlink()
    assert check(store, "--repair", "ledger") == (1, problems)
    assert documents(store) == documents(poisoned.store)


def test_a_backup_holds_it_too(poisoned: Poisoned, tmp_path: Path) -> None:
    done = offline("backup", tmp_path / "copy", "--runs-dir", poisoned.store)
    assert done.returncode == 0, done.stderr
