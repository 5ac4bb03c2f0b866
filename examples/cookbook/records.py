"""Recipes for runs and their files."""

from examples.cookbook.recipe import BUDGET, COUNTS, ITEM, NOT_KEPT, ONE, PROGRAMS_ONLY, recipe

_JOB = '"design": $DESIGN, "context": $CONTEXT, "mode": "rosette"'
_SMITH = '"person": "A. Smith"'
_YELLOW = '"design": $DESIGN, "context": $WATCHED, "mode": "rosette"'

RECIPES = {
    "rmos.runs.v1.RunsService": (
        recipe(
            "CreateRun",
            "Record an attempt. The server fetches the verdict itself; the same key never records twice.",
            f'{{{_JOB}, "idempotency_key": "cookbook-1", "gcode_text": $TEXT, "envelope": $ENVELOPE}}',
            command="`record`",
            bound=NOT_KEPT,
            RUN="run.name",
            RUN_ID="run.run_id",
            part="run.decision",
        ),
        recipe("GetRun", "Read it back.", '{"name": "$RUN"}', command="`show`"),
        recipe(
            "ListRuns",
            "Runs that match, newest first.",
            '{"filter": "risk_level = GREEN", "page_size": 1}',
            command="`list`",
        ),
        recipe(
            "BatchGetRuns",
            "Several by name; what is not there is named.",
            '{"names": ["$RUN", "runs/run_000000000000"]}',
            command="`show`, with several runs",
            bound=BUDGET,
        ),
        recipe(
            "GetRunDocument",
            "The exact bytes recorded, in base64, and their digest.",
            '{"name": "$RUN"}',
            command="`show`",
        ),
        recipe(
            "DownloadRunDocument",
            "The same as a stream, for records of any size.",
            '{"name": "$RUN"}',
            command="`show`",
        ),
        recipe("VerifyRun", "Is every digest still right?", '{"name": "$RUN"}', command="`verify`"),
        recipe("VerifyStore", "The same of everything: damage, progress, totals.", command="`store verify`"),
        recipe(
            "BatchCreateRuns",
            "Many at once.",
            f'{{"requests": [{{{_YELLOW}}}, {{{_YELLOW}}}]}}',
            command=PROGRAMS_ONLY,
            bound=ITEM,
            OTHER="results.0.run.name",
            DOUBTFUL="results.1.run.name",
        ),
        recipe(
            "CountRuns", "How many there are.", '{"filter": "risk_level = YELLOW"}', command="`count`", bound=COUNTS
        ),
        recipe(
            "DiffRuns",
            "What differs, gravest first.",
            '{"left": "$RUN", "right": "$OTHER"}',
            command="`compare`",
            bound=BUDGET,
        ),
        recipe(
            "RequestOverride",
            "Ask that somebody open the gate of a YELLOW run.",
            '{"name": "$DOUBTFUL", "person": "A. Smith", "reason": "the board is scrap anyway", '
            '"risk_level": "RISK_LEVEL_YELLOW"}',
            command="`request ask`",
            REQUEST="request.name",
            part="request",
        ),
        recipe("ListOverrideRequests", "What waits for somebody.", '{"page_size": 1}', command="`request list`"),
        recipe(
            "DeclineOverrideRequest",
            "No.",
            '{"name": "$REQUEST", "person": "B. Jones", "reason": "clamp it as the sheet says"}',
            command="`request decline`",
            part="request",
        ),
        recipe(
            "OverrideRun",
            "Open the gate of a YELLOW run in the name of a person.",
            '{"name": "$OTHER", "person": "A. Smith", "reason": "watched by me from start to end", '
            '"risk_level": "RISK_LEVEL_YELLOW"}',
            command="`override`",
            part="run.override",
        ),
        recipe(
            "ReplayRun",
            "The same again: what has changed since?",
            '{"name": "$RUN", "instrument_serial": "0153", "operator": "A. Smith"}',
            command="`replay`",
            bound="a sentence per thing that drifted",
            CHILD="run.name",
            part="now",
        ),
        recipe(
            "GetRunLineage",
            "What it comes from, and what came from it.",
            '{"name": "$CHILD"}',
            command="`lineage`",
            bound=BUDGET,
        ),
        recipe(
            "SetLegalHold",
            "Keep it from being withdrawn.",
            '{"name": "$RUN", "held": true, "person": "M. Sato", "reason": "a claim is open"}',
            command="`hold`",
            part="run.legal_hold",
        ),
        recipe(
            "AnnotateRun",
            "Add a note.",
            '{"name": "$RUN", "person": "A. Smith", "note": "cut on the old bench"}',
            command="`note`",
            bound=NOT_KEPT,
            part="run.annotations",
        ),
        recipe("ListRunAnnotations", "Its notes.", '{"parent": "$RUN"}', command="`notes`"),
        recipe(
            "AttachAdvisory",
            "Attach the words of a program.",
            '{"name": "$RUN", "advisory_id": "adv_sharpen", "kind": "ADVISORY_KIND_ADVISORY", "engine_id": "shop", '
            '"text": "sharpen first"}',
            command="`advise`",
        ),
        recipe("ListRunAdvisories", "What is attached.", '{"parent": "$RUN"}', command="`advisories`"),
        recipe(
            "SuggestAdvisory",
            "The verdict in sentences, kept with the run.",
            '{"name": "$RUN"}',
            command="`explanation`",
            part="advisory",
        ),
        recipe(
            "SetRunExplanation",
            "Say how far another explanation is.",
            '{"name": "$RUN", "status": "EXPLANATION_STATUS_PENDING", "summary": "being written"}',
            command="`explanation`",
            part="run.explanation_summary",
        ),
        recipe(
            "AuditRunPrograms",
            "Read its programs again.",
            '{"name": "$RUN"}',
            command="`audit`",
            part="run.program_audit",
        ),
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
            command="`accept`",
            part="run.program_audit.acceptance",
        ),
        recipe(
            "RecordExecution",
            "Cutting begins.",
            '{"name": "$RUN", "step": "EXECUTION_STEP_STARTED", "instrument_serial": "0152", "operator": "A. Smith", '
            '"machine_id": "shapeoko_3"}',
            command="`start`, `finish`, `abort`, `scrap`",
            bound="a sentence per run of the same instrument",
            part="run.executions",
        ),
        recipe("GetOperatorPack", "What the machine needs, as a zip in pieces.", '{"name": "$RUN"}', command="`pack`"),
        recipe(
            "GetSetupSheet",
            "The setup sheet of a run.",
            '{"name": "$RUN"}',
            command="`sheet show`",
            SHEET="sheet.sha256",
        ),
        recipe(
            "RenderSetupSheet",
            "The same to print.",
            '{"name": "$RUN", "format": "SHEET_FORMAT_HTML", "paper": "SHEET_PAPER_A4"}',
            command="`sheet print`",
        ),
        recipe(
            "RecordCheck",
            "Tick an item of it.",
            '{"name": "$RUN", "sheet_sha256": "$SHEET", "item_id": "stock", "done": true, "measured_mm": 2.58, '
            '"person": "A. Smith"}',
            command="`sheet tick`, `sheet untick`",
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
            command="`sheet sign`",
            part="signature",
        ),
        recipe(
            "RenderRunProgram", "A drawing of its program.", '{"name": "$RUN", "size_px": 200}', command="`preview`"
        ),
        recipe("RenderRunPreview", "Its rosette as a picture.", '{"name": "$RUN", "size_px": 64}', command="`preview`"),
        recipe(
            "GetRunPreview",
            "The same, as a browser shows it by its address.",
            '{"name": "$RUN", "size_px": 64}',
            command="`preview`",
        ),
        recipe(
            "WatchRuns",
            "Records as they become durable, here from the first, for some seconds.",
            '{"from_start": true}',
            command="`watch`",
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
            command="`upload`",
        ),
        recipe("FindRunsByDigest", "Which runs name these bytes?", '{"sha256": "$NOTE_SHA256"}', command="`gate`"),
        recipe(
            "FindMissingAttachments",
            "Which of these must still be uploaded?",
            '{"sha256": ["$NOTE_SHA256"]}',
            command="`upload`",
            bound="a thousand digests",
        ),
        recipe("ListAttachments", "The files of a run.", '{"parent": "$RUN"}', command="`attachments list`"),
        recipe(
            "GetAttachment", "One of them.", '{"name": "$RUN/attachments/$NOTE_SHA256"}', command="`attachments show`"
        ),
        recipe("DownloadAttachment", "Its bytes.", '{"name": "$RUN/attachments/$NOTE_SHA256"}', command="`download`"),
        recipe(
            "VerifyAttachments", "Are they still what they were?", '{"parent": "$RUN"}', command="`attachments verify`"
        ),
        recipe(
            "DiffAttachments",
            "What two runs share.",
            '{"left": "$RUN", "right": "$CHILD"}',
            command="`attachments diff`",
            bound=ONE,
        ),
    ),
}
