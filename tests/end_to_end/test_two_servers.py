"""Two servers of one store, on a real PostgreSQL and a real bucket: what callers of both see is what one would do."""

import hashlib
import uuid
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import grpc
import pytest

from rmos.advisory.v1 import advisory_service_pb2 as advisory
from rmos.advisory.v1 import advisory_service_pb2_grpc
from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.runs.v1.runs_service_pb2_grpc import RunsServiceStub
from rmos.teaching.v1 import teaching_service_pb2 as teaching
from rmos.teaching.v1 import teaching_service_pb2_grpc
from testkit.local_servers import LocalServer
from testkit.postgres import PostgresServer
from testkit.seaweed import S3Server
from tests import builders
from tests.promises.back_ends import PostgresBackEnd
from tests.runs_svc.adapters.provider_server import as_json, b64, png, serve
from tests.service.advisory_requests import approval, picture, upload
from tests.service.test_budget import write_provider
from tests.service.wire import TIMEOUT_S, fail

pytestmark = pytest.mark.xdist_group("postgres")
PRICE_USD, LIMIT_USD = 0.4, 1.2
Channels = tuple[grpc.Channel, grpc.Channel]


class Team:
    """Two servers with one folder of exports, a price for pictures, and a limit for a day."""

    def __init__(self, folder: Path, places: dict[str, str], provider: Path, opened: ExitStack) -> None:
        self.exports = folder / "exports"
        feasibility = LocalServer("feasibility_svc", folder / "feasibility")
        feasibility.start()
        opened.callback(feasibility.kill)
        given = {"--feasibility-address": feasibility.address, "--exports-dir": self.exports}
        given |= {"--image-providers": provider, "--budget-day-usd": LIMIT_USD}
        self.servers = []
        for name in ("one", "two"):
            flags = [str(part) for pair in given.items() for part in pair]
            flags += ["--runs-dir", str(folder / name / "runs")]
            server = LocalServer("runs_svc", folder / name, flags, places)
            server.start()
            opened.callback(server.kill)
            self.servers.append(server)


@pytest.fixture(scope="module")
def team(
    tmp_path_factory: pytest.TempPathFactory, postgres_server: PostgresServer, s3_server: S3Server
) -> Iterator[Team]:
    folder = tmp_path_factory.mktemp("team")
    with ExitStack() as opened:
        images = opened.enter_context(serve(lambda path, number: as_json({"images": [b64(png(64 + number))]})))
        places = PostgresBackEnd(postgres_server, s3_server).places()
        yield Team(folder, places, write_provider(folder, images.base_url), opened)


@pytest.fixture
def channels(team: Team) -> Iterator[Channels]:
    first, second = (grpc.insecure_channel(server.address) for server in team.servers)
    with first, second:
        yield first, second


def at_once(work: Any, count: int) -> list[Any]:
    """What each of many threads makes of its number: half of them at one server."""
    with ThreadPoolExecutor(count) as threads:
        begun: list[Future[Any]] = [threads.submit(work, number) for number in range(count)]
        return [future.result(TIMEOUT_S) for future in begun]


def test_a_key_is_one_run_whichever_server_it_is_sent_to(channels: Channels) -> None:
    key = str(uuid.uuid4())
    stubs = [RunsServiceStub(channel) for channel in channels]
    request = builders.create_request(idempotency_key=key)
    names = at_once(lambda number: stubs[number % 2].CreateRun(request, timeout=TIMEOUT_S).run.name, 12)
    assert len(set(names)) == 1
    other = builders.create_request(idempotency_key=key)
    other.mode = "saw"
    assert [fail(stub.CreateRun, other).reason for stub in stubs] == ["IDEMPOTENCY_KEY_REUSED"] * 2


def test_a_budget_is_one_budget_and_its_last_dollar_is_spent_once(channels: Channels) -> None:
    stubs: list[Any] = [advisory_service_pb2_grpc.AdvisoryServiceStub(channel) for channel in channels]

    def generate(number: int) -> str:
        asked = advisory.GenerateImageRequest(prompt="rope", provider="local", requester=f"requester {number}")
        try:
            stubs[number % 2].GenerateImage(asked, timeout=TIMEOUT_S)
        except grpc.RpcError as error:
            return str(error.code().name)
        return "OK"

    outcomes = at_once(generate, 8)
    assert sorted(outcomes) == ["OK"] * 3 + ["RESOURCE_EXHAUSTED"] * 5
    used = [stub.GetBudget(advisory.GetBudgetRequest(), timeout=TIMEOUT_S).periods[0].used_usd for stub in stubs]
    assert used == pytest.approx([LIMIT_USD] * 2)


def test_watchers_at_either_server_hear_the_same_in_the_same_order_and_miss_nothing(channels: Channels) -> None:
    mode = f"m{uuid.uuid4().hex[:12]}"
    stubs = [RunsServiceStub(channel) for channel in channels]
    asked = pb.WatchRunsRequest(filter=f'mode = "{mode}"', from_start=True)
    heard = [stub.WatchRuns(asked, timeout=TIMEOUT_S) for stub in stubs]

    def record(number: int) -> str:
        request = builders.create_request(idempotency_key=str(uuid.uuid4()))
        request.mode = mode
        return str(stubs[number % 2].CreateRun(request, timeout=TIMEOUT_S).run.name)

    recorded = at_once(record, 12)
    orders = []
    for stream in heard:
        names: list[str] = []
        while len(names) < len(recorded):
            message = next(stream)
            names += [message.run.name] if message.kind else []
        orders.append(names)
        stream.cancel()
    assert orders[0] == orders[1]
    assert sorted(orders[0]) == sorted(recorded)


def test_an_export_is_one_folder_whichever_servers_write_it(team: Team, channels: Channels) -> None:
    assets: Any = advisory_service_pb2_grpc.AdvisoryServiceStub(channels[0])
    for number in range(6):
        asset = upload(assets, picture((40 * number, 90, 250 - number), 512), prompt=f"rope rosette {number}")
        assets.ReviewAdvisoryAsset(approval(asset, caption=f"rosette {number}"), timeout=TIMEOUT_S)
    stubs = [teaching_service_pb2_grpc.TeachingServiceStub(channel) for channel in channels]

    def export(number: int) -> teaching.TrainingExport:
        asked = teaching.ExportTrainingSetRequest(min_images=1)
        exported: teaching.TrainingExport = list(stubs[number % 2].ExportTrainingSet(asked, timeout=TIMEOUT_S))[
            -1
        ].export
        return exported

    exported = at_once(export, 4)
    assert len({(item.name, item.digest, item.image_count) for item in exported}) == 1
    (folder,) = team.exports.iterdir()
    assert folder.name == exported[0].folder
    written = {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.is_file()}
    again = export(1)
    assert not list(again.rewritten_files)
    assert {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in written} == written
