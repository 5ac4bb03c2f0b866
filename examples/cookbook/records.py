"""Recipes for runs and their files."""

from examples.cookbook.recipe import recipe

_JOB = '"design": $DESIGN, "context": $CONTEXT, "mode": "rosette"'
_SMITH = '"person": "A. Smith"'
_YELLOW = '"design": $DESIGN, "context": $WATCHED, "mode": "rosette"'

RECIPES = {
    "rmos.runs.v1.RunsService": (
        recipe(
            "CreateRun",
            "Record an attempt. The server fetches the verdict itself; the same key never records twice.",
            f'{{{_JOB}, "idempotency_key": "cookbook-1", "gcode_text": $TEXT, "envelope": $ENVELOPE}}',
            RUN="run.name",
            RUN_ID="run.run_id",
            part="run.decision",
        ),
        recipe("GetRun", "Read it back.", '{"name": "$RUN"}'),
        recipe("ListRuns", "Runs that match, newest first.", '{"filter": "risk_level = GREEN", "page_size": 1}'),
        recipe(
            "BatchGetRuns",
            "Several by name; what is not there is named.",
            '{"names": ["$RUN", "runs/run_000000000000"]}',
        ),
        recipe("GetRunDocument", "The exact bytes recorded, in base64, and their digest.", '{"name": "$RUN"}'),
        recipe("DownloadRunDocument", "The same as a stream, for records of any size.", '{"name": "$RUN"}'),
        recipe("VerifyRun", "Is every digest still right?", '{"name": "$RUN"}'),
        recipe("VerifyStore", "The same of everything: damage, progress, totals."),
        recipe(
            "BatchCreateRuns",
            "Many at once.",
            f'{{"requests": [{{{_YELLOW}}}, {{{_YELLOW}}}]}}',
            OTHER="results.0.run.name",
            DOUBTFUL="results.1.run.name",
        ),
        recipe("CountRuns", "How many there are.", '{"filter": "risk_level = YELLOW"}'),
        recipe("DiffRuns", "What differs, gravest first.", '{"left": "$RUN", "right": "$OTHER"}'),
        recipe(
            "RequestOverride",
            "Ask that somebody open the gate of a YELLOW run.",
            '{"name": "$DOUBTFUL", "person": "A. Smith", "reason": "the board is scrap anyway", '
            '"risk_level": "RISK_LEVEL_YELLOW"}',
            REQUEST="request.name",
            part="request",
        ),
        recipe("ListOverrideRequests", "What waits for somebody.", '{"page_size": 1}'),
        recipe(
            "DeclineOverrideRequest",
            "No.",
            '{"name": "$REQUEST", "person": "B. Jones", "reason": "clamp it as the sheet says"}',
            part="request",
        ),
        recipe(
            "OverrideRun",
            "Open the gate of a YELLOW run in the name of a person.",
            '{"name": "$OTHER", "person": "A. Smith", "reason": "watched by me from start to end", '
            '"risk_level": "RISK_LEVEL_YELLOW"}',
            part="run.override",
        ),
        recipe(
            "ReplayRun",
            "The same again: what has changed since?",
            '{"name": "$RUN", "instrument_serial": "0153", "operator": "A. Smith"}',
            CHILD="run.name",
            part="now",
        ),
        recipe("GetRunLineage", "What it comes from, and what came from it.", '{"name": "$CHILD"}'),
        recipe(
            "SetLegalHold",
            "Keep it from being withdrawn.",
            '{"name": "$RUN", "held": true, "person": "M. Sato", "reason": "a claim is open"}',
            part="run.legal_hold",
        ),
        recipe(
            "AnnotateRun",
            "Add a note.",
            '{"name": "$RUN", "person": "A. Smith", "note": "cut on the old bench"}',
            part="run.annotations",
        ),
        recipe("ListRunAnnotations", "Its notes.", '{"parent": "$RUN"}'),
        recipe(
            "AttachAdvisory",
            "Attach the words of a program.",
            '{"name": "$RUN", "advisory_id": "adv_sharpen", "kind": "ADVISORY_KIND_ADVISORY", "engine_id": "shop", '
            '"text": "sharpen first"}',
        ),
        recipe("ListRunAdvisories", "What is attached.", '{"parent": "$RUN"}'),
        recipe("SuggestAdvisory", "The verdict in sentences, kept with the run.", '{"name": "$RUN"}', part="advisory"),
        recipe(
            "SetRunExplanation",
            "Say how far another explanation is.",
            '{"name": "$RUN", "status": "EXPLANATION_STATUS_PENDING", "summary": "being written"}',
            part="run.explanation_summary",
        ),
        recipe("AuditRunPrograms", "Read its programs again.", '{"name": "$RUN"}', part="run.program_audit"),
        recipe(
            "CreateRun",
            "A run whose program cannot be verified …",
            f'{{{_JOB}, "gcode_text": "G21 G90\\n#1=5\\nG0 X#1\\nM30\\n", "envelope": $ENVELOPE}}',
            UNREAD="run.name",
            part="run.decision",
        ),
        recipe(
            "AcceptFindings",
            "… until a named person accepts that.",
            '{"name": "$UNREAD", "person": "A. Smith", "reason": "the variable was read by me"}',
            part="run.program_audit.acceptance",
        ),
        recipe(
            "RecordExecution",
            "Cutting begins.",
            '{"name": "$RUN", "step": "EXECUTION_STEP_STARTED", "instrument_serial": "0152", "operator": "A. Smith", '
            '"machine_id": "shapeoko_3"}',
            part="run.executions",
        ),
        recipe("GetOperatorPack", "What the machine needs, as a zip in pieces.", '{"name": "$RUN"}'),
        recipe("GetSetupSheet", "The setup sheet of a run.", '{"name": "$RUN"}', SHEET="sheet.sha256"),
        recipe(
            "RenderSetupSheet",
            "The same to print.",
            '{"name": "$RUN", "format": "SHEET_FORMAT_HTML", "paper": "SHEET_PAPER_A4"}',
        ),
        recipe(
            "RecordCheck",
            "Tick an item of it.",
            '{"name": "$RUN", "sheet_sha256": "$SHEET", "item_id": "stock", "done": true, "measured_mm": 2.58, '
            '"person": "A. Smith"}',
            part="check",
        ),
        *(
            recipe(
                "RecordCheck",
                "… and each of the others …",
                f'{{"name": "$RUN", "sheet_sha256": "$SHEET", "item_id": "{item}", "done": true, {_SMITH}}}',
                part="check",
            )
            for item in ("tool", "holding", "zero", "extraction", "program_1")
        ),
        recipe(
            "SignSheet",
            "… and sign it.",
            '{"name": "$RUN", "sheet_sha256": "$SHEET", "person": "A. Smith"}',
            part="signature",
        ),
        recipe("RenderRunProgram", "A drawing of its program.", '{"name": "$RUN", "size_px": 200}'),
        recipe("RenderRunPreview", "Its rosette as a picture.", '{"name": "$RUN", "size_px": 64}'),
        recipe(
            "WatchRuns",
            "Records as they become durable, here from the first, for some seconds.",
            '{"from_start": true}',
            seconds=3,
        ),
    ),
    "rmos.runs.v1.AttachmentsService": (
        recipe(
            "UploadAttachment",
            "A file for a run: the header with its digest, then its bytes.",
            '{"header": {"parent": "$RUN", "sha256": "$NOTE_SHA256", "size_bytes": 10, "kind": "note", '
            '"mime": "text/plain", "filename": "board.txt"}}',
            '{"chunk": "$NOTE"}',
        ),
        recipe("FindRunsByDigest", "Which runs name these bytes?", '{"sha256": "$NOTE_SHA256"}'),
        recipe("FindMissingAttachments", "Which of these must still be uploaded?", '{"sha256": ["$NOTE_SHA256"]}'),
        recipe("ListAttachments", "The files of a run.", '{"parent": "$RUN"}'),
        recipe("GetAttachment", "One of them.", '{"name": "$RUN/attachments/$NOTE_SHA256"}'),
        recipe("DownloadAttachment", "Its bytes.", '{"name": "$RUN/attachments/$NOTE_SHA256"}'),
        recipe("VerifyAttachments", "Are they still what they were?", '{"parent": "$RUN"}'),
        recipe("DiffAttachments", "What two runs share.", '{"left": "$RUN", "right": "$CHILD"}'),
    ),
}
