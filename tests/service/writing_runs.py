"""One call of each method that writes runs or sessions, and who its record says has made it."""

from google.protobuf.message import Message

from rmos.runs.v1 import attachments_service_pb2 as attachments_pb
from rmos.runs.v1 import run_pb2
from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.type.v1 import risk_pb2
from rmos.workflow.v1 import workflow_service_pb2 as workflow_pb
from tests import builders
from tests.passing_programs import RING
from tests.service.writers import ACTOR, LEAD, RUNS, WARNED, WORKFLOW, Writers, writes


@writes(f"{RUNS}CreateRun")
def _create(by: Writers) -> Message:
    return by.read(by.run().name)


@writes(f"{RUNS}BatchCreateRuns")
def _create_some(by: Writers) -> Message:
    request = pb.BatchCreateRunsRequest(requests=[builders.create_request()])
    return by.read(by.runs.BatchCreateRuns(request).results[0].run.name)


@writes(f"{RUNS}ReplayRun")
def _replay(by: Writers) -> Message:
    return by.read(by.runs.ReplayRun(pb.ReplayRunRequest(name=by.run().name, instrument_serial="0152")).run.name)


@writes(f"{RUNS}AnnotateRun")
def _annotate(by: Writers) -> Message:
    name = by.run().name
    by.runs.AnnotateRun(pb.AnnotateRunRequest(name=name, person=LEAD, note="seen"))
    return by.read(name).annotations[0]


@writes(f"{RUNS}SetLegalHold")
def _hold(by: Writers) -> Message:
    name = by.run().name
    by.runs.SetLegalHold(pb.SetLegalHoldRequest(name=name, held=True, person=LEAD, reason="a complaint"))
    return by.read(name).legal_hold


@writes(f"{RUNS}AttachAdvisory")
def _advise(by: Writers) -> Message:
    name = by.run().name
    note = pb.AttachAdvisoryRequest(name=name, advisory_id="a", kind=run_pb2.ADVISORY_KIND_NOTE, text="dry wood")
    by.runs.AttachAdvisory(note)
    return by.read(name).advisory_inputs[0]


@writes(f"{RUNS}SuggestAdvisory")
def _suggest(by: Writers) -> Message:
    name = by.run().name
    by.runs.SuggestAdvisory(pb.SuggestAdvisoryRequest(name=name))
    return by.read(name).advisory_inputs[0]


@writes(f"{RUNS}SetRunExplanation")
def _explain(by: Writers) -> Message:
    name = by.run().name
    status = run_pb2.EXPLANATION_STATUS_ERROR
    by.runs.SetRunExplanation(pb.SetRunExplanationRequest(name=name, status=status))
    return run_pb2.Override(identity=by.read(name).explanation_identity)


@writes(f"{RUNS}OverrideRun")
def _override(by: Writers) -> Message:
    name = by.run(builders.YELLOW).name
    level = risk_pb2.RISK_LEVEL_YELLOW
    by.runs.OverrideRun(pb.OverrideRunRequest(name=name, person=LEAD, reason="looked at it twice", risk_level=level))
    return by.read(name).override


@writes(f"{RUNS}RequestOverride")
def _request(by: Writers) -> Message:
    name = by.run(builders.YELLOW).name
    by.runs.RequestOverride(_asked(name))
    return by.read(name).override_requests[0]


def _asked(name: str) -> pb.RequestOverrideRequest:
    level = risk_pb2.RISK_LEVEL_YELLOW
    return pb.RequestOverrideRequest(name=name, person=LEAD, reason="held by hand screws", risk_level=level)


@writes(f"{RUNS}DeclineOverrideRequest")
def _decline(by: Writers) -> Message:
    name = by.run(builders.YELLOW).name
    asked = by.runs.RequestOverride(_asked(name)).request
    no = pb.DeclineOverrideRequestRequest(name=asked.name, person=LEAD, reason="clamp it like the others")
    by.runs.DeclineOverrideRequest(no)
    return run_pb2.Override(identity=by.read(name).override_requests[0].answer_identity)


@writes(f"{RUNS}RecordCheck")
def _tick(by: Writers) -> Message:
    name = by.run().name
    _ticked(by, name, "stock")
    return by.read(name).checks[0]


def _ticked(by: Writers, name: str, *items: str) -> str:
    sheet = by.runs.GetSetupSheet(pb.GetSetupSheetRequest(name=name)).sheet.sha256
    for item in items:
        by.runs.RecordCheck(pb.RecordCheckRequest(name=name, sheet_sha256=sheet, item_id=item, done=True, person=LEAD))
    return str(sheet)


@writes(f"{RUNS}SignSheet")
def _sign(by: Writers) -> Message:
    name = by.run().name
    sheet = _ticked(by, name, "stock", "tool", "holding", "zero", "extraction")
    by.runs.SignSheet(pb.SignSheetRequest(name=name, sheet_sha256=sheet, person=LEAD))
    return by.read(name).signatures[0]


@writes(f"{RUNS}RecordExecution")
def _execute(by: Writers) -> Message:
    name = by.run().name
    by.runs.RecordExecution(pb.RecordExecutionRequest(name=name, step=run_pb2.EXECUTION_STEP_STARTED))
    return by.read(name).executions[0]


@writes(f"{RUNS}AuditRunPrograms")
def _audit(by: Writers) -> Message:
    name = by.attach(by.run(), RING).name
    by.runs.AuditRunPrograms(pb.AuditRunProgramsRequest(name=name))
    return by.read(name).program_audit


@writes(f"{RUNS}AcceptFindings")
def _accept(by: Writers) -> Message:
    run = by.attach(by.run(), WARNED)
    by.runs.AcceptFindings(pb.AcceptFindingsRequest(name=run.name, person=LEAD, reason="the text does no harm"))
    return by.read(run.name).program_audit.acceptance


@writes("rmos.runs.v1.AttachmentsService/UploadAttachment")
def _upload(by: Writers) -> Message:
    (name,) = (item.name for item in by.attach(by.run(), RING).attachments)
    found: Message = by.attachments.GetAttachment(attachments_pb.GetAttachmentRequest(name=name)).attachment
    return found


@writes(f"{WORKFLOW}CreateSession")
def _begin(by: Writers) -> Message:
    made: Message = by.sessions.CreateSession(workflow_pb.CreateSessionRequest(actor=ACTOR)).session
    return made


@writes(f"{WORKFLOW}SetDesign")
def _design(by: Writers) -> Message:
    return by.step("SetDesign", by.session(), design=builders.create_request().design)


@writes(f"{WORKFLOW}SetContext")
def _context(by: Writers) -> Message:
    return by.session()


@writes(f"{WORKFLOW}RequestFeasibility")
def _ask(by: Writers) -> Message:
    return by.read(by.step("RequestFeasibility", by.session()).last_run)


@writes(f"{WORKFLOW}ApproveSession")
def _approve(by: Writers) -> Message:
    asked = by.step("RequestFeasibility", by.session(builders.YELLOW))
    return by.read(by.step("ApproveSession", asked, reason="stops are fitted by hand").last_run).override


@writes(f"{WORKFLOW}RejectSession")
def _reject(by: Writers) -> Message:
    asked = by.step("RequestFeasibility", by.session())
    return by.step("RejectSession", asked, reason="not today")


@writes(f"{WORKFLOW}RequireRevision")
def _revise(by: Writers) -> Message:
    asked = by.step("RequestFeasibility", by.session(builders.RED))
    return by.step("RequireRevision", asked, reason="the feed is too slow")


@writes(f"{WORKFLOW}RequestToolpaths")
def _request_toolpaths(by: Writers) -> Message:
    approved = by.step("ApproveSession", by.step("RequestFeasibility", by.session()))
    return by.step("RequestToolpaths", approved)


@writes(f"{WORKFLOW}StoreToolpaths")
def _store_toolpaths(by: Writers) -> Message:
    approved = by.step("ApproveSession", by.step("RequestFeasibility", by.session()))
    stored = by.step("StoreToolpaths", by.step("RequestToolpaths", approved), gcode_text=RING)
    return by.read(stored.last_run)


@writes(f"{WORKFLOW}ArchiveSession")
def _archive(by: Writers) -> Message:
    asked = by.step("RequestFeasibility", by.session(builders.RED))
    return by.step("ArchiveSession", asked)
