"""The client for an event loop: every verb of the one for threads, made from it, and tried on real servers."""

import hashlib
import inspect
import uuid
from pathlib import Path

import grpc
import pytest

from protos.asynchronous import SOURCES, written
from rmos.feasibility.v1 import feasibility_service_pb2 as feasibility_pb
from rmos.feasibility.v1 import gcode_service_pb2 as gcode_pb
from rmos_client import AsyncRmos, Rmos, RmosError, Upload, read_job
from rmos_client.credentials import Credentials, UnsafeTokenError, with_async_token
from rmos_client.gcode import ProgramFile
from rmos_client.transfers import CHUNK_BYTES
from testkit.local_servers import LocalServers
from tests.passing_programs import GRBL, RING

ROOT = Path(__file__).resolve().parents[2]


def test_what_is_made_for_an_event_loop_is_what_is_there() -> None:
    for name, text in written().items():
        assert (SOURCES / "asynchronous" / f"{name}.py").read_text() == text, f"run `make protos`: {name}.py"


def verbs(client: type) -> dict[str, object]:
    return {name: value for name, value in inspect.getmembers(client) if not name.startswith("_") and callable(value)}


def test_every_verb_is_there_with_the_same_parameters_and_none_blocks() -> None:
    threads, loop = verbs(Rmos), verbs(AsyncRmos)
    assert set(threads) == set(loop)
    assert len(threads) > 45
    for name, verb in loop.items():
        assert list(inspect.signature(verb).parameters) == list(inspect.signature(threads[name]).parameters), name  # type: ignore[arg-type]
        assert inspect.iscoroutinefunction(verb) or inspect.isasyncgenfunction(verb), name


async def test_a_job_goes_its_whole_way(servers: LocalServers, tmp_path: Path) -> None:
    job = read_job(ROOT / "examples" / "classical_rosette.yaml")
    scan = tmp_path / "scan.bin"
    scan.write_bytes(uuid.uuid4().bytes * (3 * CHUNK_BYTES // 16))
    sha256 = hashlib.sha256(scan.read_bytes()).hexdigest()
    async with AsyncRmos(feasibility=servers.feasibility.address, runs=servers.runs.address) as rmos:
        assert (await rmos.evaluate(job.design, job.context)).overall_score == 100
        axis = feasibility_pb.SweepAxis(
            field="context.cut.feed_rate_mm_per_min", numbers=feasibility_pb.NumberList(values=[1000.0, 2000.0])
        )
        swept = [answer async for answer in rmos.sweep(job.design, job.context, [axis])]
        assert swept[-1].HasField("result")
        program = await rmos.upload(Upload(job.attachments[0].path, "gcode"))
        run = await rmos.create_run(
            job.design, job.context, mode=job.mode, attachments=[program], envelope=job.envelope
        )
        assert run.run_id in [summary.run_id async for summary in rmos.list_runs(page_size=2)]
        sent: list[int] = []
        await rmos.upload(Upload(scan, "debug"), run_id=run.run_id, progress=sent.append)
        assert sent[-1] == scan.stat().st_size
        (tmp_path / f"again.bin.{sha256[:12]}.part").write_bytes(scan.read_bytes()[:CHUNK_BYTES])
        await rmos.download(run.run_id, sha256, tmp_path / "again.bin")
        assert (tmp_path / "again.bin").read_bytes() == scan.read_bytes()
        packed = await rmos.operator_pack(run.run_id, tmp_path / "pack.zip")
        assert hashlib.sha256((tmp_path / "pack.zip").read_bytes()).hexdigest() == packed.sha256
        document, digest = await rmos.get_document(run.run_id)
        assert hashlib.sha256(document).hexdigest() == digest
        assert [found.run_id for found in (await rmos.batch_get_runs([run.run_id]))[0]] == [run.run_id]
        header = gcode_pb.RenderHeader(envelope=GRBL)
        picture = await rmos.render_toolpath([ProgramFile("ring.nc", RING.encode())], header)
        assert b"<svg" in picture[:200]
        with pytest.raises(RmosError, match="RUN_NOT_FOUND"):
            await rmos.get_run("run_000000000000")
        assert [tool.tool.tool_id async for tool in rmos.list_tools()]


async def test_a_token_goes_with_every_kind_of_call_and_never_in_the_clear() -> None:
    carried: list[object] = []

    class Channel:
        def __getattr__(self, kind: str) -> object:
            return lambda path: lambda request, **given: carried.append((kind, path, request, given))

    kinds = ("unary_unary", "unary_stream", "stream_unary", "stream_stream")
    channel = with_async_token(Channel(), "127.0.0.1:1", Credentials(token="t"))  # type: ignore[arg-type]
    for kind in kinds:
        getattr(channel, kind)("/x")(1, timeout=2, metadata=(("a", "b"),))
    given = {"timeout": 2, "metadata": (("a", "b"), ("authorization", "Bearer t"))}
    assert carried == [(kind, "/x", 1, given) for kind in kinds]
    with pytest.raises(UnsafeTokenError):
        AsyncRmos(runs="runs.example:50062", credentials=Credentials(token="t"))
    async with AsyncRmos(runs="127.0.0.1:1", credentials=Credentials(token="t")) as rmos:
        with pytest.raises(RmosError) as away:
            await rmos.get_run("run_000000000000")
        assert away.value.code is grpc.StatusCode.UNAVAILABLE
