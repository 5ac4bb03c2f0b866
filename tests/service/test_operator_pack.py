"""The pack for the person at the machine."""

import hashlib
import io
import json
import re
import unicodedata
import zipfile
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import grpc
import pytest

from rmos.runs.v1 import attachments_service_pb2 as attachments_pb
from rmos.runs.v1 import attachments_service_pb2_grpc, run_pb2, runs_service_pb2_grpc
from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.type.v1 import context_pb2
from rmos_client.rmos import Rmos
from rmos_client.transfers import Upload
from rpckit import proto_json
from tests import builders
from tests.passing_programs import CUT, GRBL, HEAD, RING, TAIL
from tests.service.wire import TIMEOUT_S, fail, fail_stream

PROGRAM = RING


@pytest.fixture
def stub(runs_channel: grpc.Channel) -> Any:
    return runs_service_pb2_grpc.RunsServiceStub(runs_channel)


def create(stub: Any, overrides: dict[str, Any] | None = None, **fields: Any) -> run_pb2.Run:
    request = builders.create_request(overrides, **{"envelope": GRBL, **fields})
    run: run_pb2.Run = stub.CreateRun(request, timeout=TIMEOUT_S).run
    return run


def pack_of(stub: Any, run: run_pb2.Run) -> bytes:
    header, *chunks = stub.GetOperatorPack(pb.GetOperatorPackRequest(name=run.name), timeout=TIMEOUT_S)
    data = b"".join(item.chunk for item in chunks)
    assert header.header.filename == f"{run.run_id}_operator_pack.zip"
    assert (header.header.size_bytes, header.header.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    assert list(header.header.entries) == zipfile.ZipFile(io.BytesIO(data)).namelist()
    return data


class Text(HTMLParser):
    """The text of a page, and everything it would load."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text, self.loads = "", []  # type: str, list[str]
        self.feed(page)

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.loads += [value or "" for name, value in attrs if name in {"src", "href"}]


def test_the_pack_holds_what_the_machine_needs(stub: Any, runs: Rmos, tmp_path: Path) -> None:
    run = create(stub, gcode_text=PROGRAM)
    plan = tmp_path / "plan.json"
    plan.write_bytes(b"{}" * 200_000)
    runs.upload(Upload(plan, kind="opplan", mime="application/json"), run_id=run.run_id)
    note = tmp_path / "note.txt"
    note.write_text("not for the machine")
    runs.upload(Upload(note, kind="debug", mime="text/plain"), run_id=run.run_id)
    data = pack_of(stub, run)
    assert pack_of(stub, run) == data
    pack = zipfile.ZipFile(io.BytesIO(data))
    attached = f"attachments/{hashlib.sha256(plan.read_bytes()).hexdigest()[:12]}_plan.json"
    names = ["manifest.json", "program.nc", "program_audit.json", "run.json", "setup_sheet.html", attached]
    assert pack.namelist() == names
    assert pack.read("program.nc").decode() == PROGRAM
    assert hashlib.sha256(pack.read("run.json")).hexdigest() == run.hashes.document_sha256
    manifest = json.loads(pack.read("manifest.json"))
    assert {item["name"]: item["sha256"] for item in manifest["files"]} == {
        name: hashlib.sha256(pack.read(name)).hexdigest() for name in pack.namelist() if name != "manifest.json"
    }
    found = "programs audited, nothing was found against what was approved: program.nc"
    assert manifest["program"] == found
    digest = hashlib.sha256(PROGRAM.encode()).hexdigest()
    assert manifest["programs"] == [{"entry": "program.nc", "filename": "program.nc", "sha256": digest}]
    assert manifest["machine_id"] == "shapeoko_3"
    assert json.loads(pack.read("program_audit.json"))["body"]["outcome"] == "INSIDE"
    page = pack.read("setup_sheet.html").decode()
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in page
    sheet = Text(page)
    assert "Name, signature, time:" in sheet.text
    expected = [
        f"{digest[:4]} {digest[4:8]} {digest[8:12]} … {digest[-4:]}",
        "Sitka spruce, 8\u202f% moisture",
        "\u22120.5\u202fmm",
        "1750\u202fmm/min (68.9\u202fin/min)",
        "530 × 210 × 2.6\u202fmm",
        "G54: Z0 top of the stock",
        "GREEN",
        "Gate open",
        run.hashes.document_sha256,
    ]
    assert [text for text in expected if text not in sheet.text] == []
    assert sheet.loads == []
    assert page.count('class="segno"') == 1


def test_a_pack_without_a_program_says_so(stub: Any) -> None:
    pack = zipfile.ZipFile(io.BytesIO(pack_of(stub, create(stub))))
    assert json.loads(pack.read("manifest.json"))["program"] == "there is no program in this pack"
    assert "no program is attached" in Text(pack.read("setup_sheet.html").decode()).text


def test_an_attached_program_is_audited_too(stub: Any, runs: Rmos, tmp_path: Path) -> None:
    run, program = create(stub), tmp_path / "ring.nc"
    program.write_text(PROGRAM)
    runs.upload(Upload(program, kind="gcode", mime="text/x-gcode"), run_id=run.run_id)
    pack = zipfile.ZipFile(io.BytesIO(pack_of(stub, run)))
    name = f"attachments/{hashlib.sha256(PROGRAM.encode()).hexdigest()[:12]}_ring.nc"
    assert [item["entry"] for item in json.loads(pack.read("manifest.json"))["programs"]] == [name]
    sheet = Text(pack.read("setup_sheet.html").decode()).text
    assert "ring.nc" in sheet


def test_nothing_leaves_a_closed_gate_until_somebody_opens_it(stub: Any) -> None:
    run = create(stub, builders.YELLOW)
    request = pb.GetOperatorPackRequest(name=run.name)
    assert fail_stream(stub.GetOperatorPack, request).reason == "SAFETY_BLOCKED"
    given: dict[str, Any] = {
        "person": "A. Lead <b>",
        "reason": "the scrap cut was clean",
        "risk_level": run.decision.risk_level,
    }
    stub.OverrideRun(pb.OverrideRunRequest(name=run.name, **given), timeout=TIMEOUT_S)
    pack = zipfile.ZipFile(io.BytesIO(pack_of(stub, run)))
    assert json.loads(pack.read("override.json"))["body"]["person"] == "A. Lead <b>"
    sheet = pack.read("setup_sheet.html").decode()
    assert "A. Lead &lt;b&gt;" in sheet
    assert "workholding: the way the work is held is not stated" in Text(sheet).text
    assert "Z0 top of the stock" in Text(sheet).text
    assert "A. Lead <b>" in Text(sheet).text


def test_an_attached_program_names_offsets_and_tools(stub: Any, runs: Rmos, tmp_path: Path) -> None:
    run = create(stub)
    program = tmp_path / "cut.nc"
    cut = HEAD.replace("G54", "(G54 is the old one)") + "T07\n" + CUT + "G1 X1\n" * 300_000
    program.write_text(cut + TAIL)
    runs.upload(Upload(program, kind="gcode", mime="text/x-gcode"), run_id=run.run_id)
    pack = zipfile.ZipFile(io.BytesIO(pack_of(stub, run)))
    sheet = Text(pack.read("setup_sheet.html").decode()).text
    assert "T7" in sheet
    assert "G54" not in sheet
    assert pack.read(pack.namelist()[-1]) == program.read_bytes()


def test_absent_runs_have_no_pack(stub: Any) -> None:
    failed = fail_stream(stub.GetOperatorPack, pb.GetOperatorPackRequest(name="runs/run_ffffffffffff"))
    assert failed.reason == "RUN_NOT_FOUND"


def test_a_run_is_drawn_from_its_own_design_and_the_picture_attached(stub: Any) -> None:
    rings = [{"inner_radius_mm": 46.1, "width_mm": 1.8, "pattern": "PURFLING"}]
    run = create(stub, design=builders.design_message(builders.rosette(rosette_channel__rings=rings)))
    request = pb.RenderRunPreviewRequest(name=run.name, attach=True)
    first, second = (stub.RenderRunPreview(request, timeout=TIMEOUT_S) for _ in range(2))
    assert first == second, "the same run gives the same bytes, and they are attached once"
    assert first.content.startswith(b"<svg")
    assert first.sha256 == hashlib.sha256(first.content).hexdigest() == first.attachment.sha256
    attached = stub.GetRun(pb.GetRunRequest(name=run.name), timeout=TIMEOUT_S).run.attachments
    assert [(item.kind, item.mime, item.sha256) for item in attached] == [("preview", "image/svg+xml", first.sha256)]
    png = pb.RenderRunPreviewRequest(name=run.name, mime="image/png", size_px=128)
    assert stub.RenderRunPreview(png, timeout=TIMEOUT_S).content.startswith(b"\x89PNG")
    for wrong in ({"mime": "image/gif"}, {"size_px": 63}):
        failed = fail(stub.RenderRunPreview, pb.RenderRunPreviewRequest(name=run.name, **wrong))
        assert failed.fields.keys() == wrong.keys()
    slots = builders.design_message(builders.FRET_SLOTS)
    context = proto_json.write(context_pb2.Context, builders.FRET_CONTEXT)
    frets = create(stub, design=slots, context=context, mode="fret_slotting")
    nothing = fail(stub.RenderRunPreview, pb.RenderRunPreviewRequest(name=frets.name))
    assert nothing.reason == "NOTHING_TO_DRAW"


def test_the_same_picture_attached_by_many_calls_at_once_is_one_attachment(stub: Any) -> None:
    rings = [{"inner_radius_mm": 46.1, "width_mm": 1.8, "pattern": "PURFLING"}]
    run = create(stub, design=builders.design_message(builders.rosette(rosette_channel__rings=rings)))
    request = pb.RenderRunPreviewRequest(name=run.name, attach=True, size_px=1024, mime="image/png")
    with ThreadPoolExecutor(6) as callers:
        answers = list(callers.map(lambda _: stub.RenderRunPreview(request, timeout=TIMEOUT_S), range(6)))
    assert {answer.attachment.name for answer in answers} == {answers[0].attachment.name}
    assert len(stub.GetRun(pb.GetRunRequest(name=run.name), timeout=TIMEOUT_S).run.attachments) == 1


def test_names_of_others_are_no_signs_in_the_sheet_and_can_be_written_by_every_unzipper(
    stub: Any, runs_channel: grpc.Channel
) -> None:
    hostile = "a\x1b[2J\u202e\x9b<b>\u2028b\nFORGED"
    linkage = run_pb2.RunLinkage(notes=hostile, instrument_serial=hostile)
    design = builders.design_message({**builders.ROSETTE, "name": hostile})
    run = create(stub, design=design, gcode_text=PROGRAM, linkage=linkage)
    files = ["pass 1: rough.txt", "a?b.txt", "CON", "NUL.txt", "trailing dot.", "x" * 251 + ".txt", "lpt1."]
    uploads = attachments_service_pb2_grpc.AttachmentsServiceStub(runs_channel)
    for name in files:
        data = name.encode()
        header = attachments_pb.UploadHeader(
            parent=run.name, kind="opplan", filename=name, sha256=hashlib.sha256(data).hexdigest(), size_bytes=len(data)
        )
        parts = ({"header": header}, {"chunk": data})
        uploads.UploadAttachment((attachments_pb.UploadAttachmentRequest(**part) for part in parts), timeout=TIMEOUT_S)
    pack = zipfile.ZipFile(io.BytesIO(pack_of(stub, run)))
    for name in pack.namelist():
        component = name.removeprefix("attachments/")
        assert re.fullmatch(r'[^<>:"|?*/\\\x00-\x1f]{1,160}', component)
        assert not component.endswith((".", " "))
        assert component.split(".")[0].upper() not in {"CON", "NUL", "LPT1"}
    told = {item.get("filename", "") for item in json.loads(pack.read("manifest.json"))["files"]}
    assert told >= {"pass 1: rough.txt", "a?b.txt", "trailing dot.", files[5], "lpt1."}  # those that had to change
    sheet = pack.read("setup_sheet.html").decode()
    assert "<b>\\u2028" not in sheet
    assert r"a\x1b[2J\u202e\x9b&lt;b&gt;\u2028b" in sheet
    assert [sign for sign in sheet if unicodedata.category(sign) in {"Cc", "Cf", "Zl", "Zp"} and sign != "\n"] == []


def test_two_programs_whose_digests_begin_alike_are_packed_apart(stub: Any, runs: Rmos, tmp_path: Path) -> None:
    run = create(stub)
    programs = [f"({number})\n{PROGRAM}".encode() for number in (8532508, 14238445)]
    for number, data in enumerate(programs):
        path = tmp_path / f"{number}_part.nc"
        path.write_bytes(data)
        runs.upload(Upload(path, kind="gcode", mime="text/x-gcode"), run_id=run.run_id)
    pack = zipfile.ZipFile(io.BytesIO(pack_of(stub, run)))
    names = [name for name in pack.namelist() if name.endswith("_part.nc")]
    assert {pack.read(name) for name in names} == set(programs)
    assert {item["name"] for item in json.loads(pack.read("manifest.json"))["files"]} >= set(names)
