"""Recipes for sessions, patterns, jobs, pictures, training sets, the server and who calls."""

from examples.cookbook.recipe import BUDGET, COUNTS, ITEM, NOT_KEPT, ONE, recipe

_SMITH = '"actor": {"role": "ACTOR_ROLE_OPERATOR", "name": "A. Smith"}'
_JOB_ENDS = '"succeeded": true, "results": {"parts": 3}, "expected_version": 1'


def _step(session: str = "$SESSION", version: str = "$VERSION") -> str:
    return f'"name": "{session}", {_SMITH}, "expected_version": {version}'


RECIPES = {
    "rmos.workflow.v1.WorkflowService": (
        recipe(
            "CreateSession",
            "Begin one.",
            f'{{{_SMITH}, "mode": "SESSION_MODE_DESIGN_FIRST", "title": "rosette 12"}}',
            command="`session new`",
            SESSION="session.name",
            VERSION="session.version|0",
        ),
        recipe("GetSession", "Read it.", '{"name": "$SESSION"}', command="`session show`"),
        recipe("ListSessions", "Sessions, newest first.", '{"page_size": 1}', command="`session list`"),
        recipe(
            "SetDesign",
            "Its design.",
            f'{{{_step()}, "design": $DESIGN}}',
            command="`session design`",
            VERSION="session.version|0",
        ),
        recipe(
            "SetContext",
            "Its context.",
            f'{{{_step()}, "context": $CONTEXT}}',
            command="`session design`",
            VERSION="session.version|0",
        ),
        recipe(
            "RequestFeasibility",
            "Its verdict.",
            f"{{{_step()}}}",
            command="`session evaluate`",
            VERSION="session.version|0",
        ),
        recipe(
            "RequireRevision",
            "Back to the design …",
            f'{{{_step()}, "reason": "thinner rings, please"}}',
            command="`session revise`",
            VERSION="session.version|0",
        ),
        recipe("SetDesign", "… which is set again …", f'{{{_step()}, "design": $DESIGN}}', VERSION="session.version|0"),
        recipe("RequestFeasibility", "… and judged again.", f"{{{_step()}}}", VERSION="session.version|0"),
        recipe(
            "ApproveSession",
            "A person approves.",
            f'{{{_step()}, "reason": "as we always cut it"}}',
            command="`session approve`",
            VERSION="session.version|0",
        ),
        recipe(
            "RequestToolpaths",
            "Ask for its program …",
            f"{{{_step()}}}",
            command="`session toolpaths`",
            VERSION="session.version|0",
        ),
        recipe(
            "StoreToolpaths",
            "… and store it.",
            f'{{{_step()}, "gcode_text": $TEXT}}',
            command="`session toolpaths`",
            VERSION="session.version|0",
        ),
        recipe("ArchiveSession", "Put it away.", f"{{{_step()}}}", command="`session archive`"),
        recipe(
            "ListSessionEvents", "What happened.", '{"parent": "$SESSION", "page_size": 2}', command="`session events`"
        ),
        recipe("CreateSession", "Another one …", f"{{{_SMITH}}}", SESSION="session.name", VERSION="session.version|0"),
        recipe("SetDesign", "… with a design …", f'{{{_step()}, "design": $DESIGN}}', VERSION="session.version|0"),
        recipe("SetContext", "… a context …", f'{{{_step()}, "context": $CONTEXT}}', VERSION="session.version|0"),
        recipe("RequestFeasibility", "… and a verdict …", f"{{{_step()}}}", VERSION="session.version|0"),
        recipe(
            "RejectSession",
            "… is rejected.",
            f'{{{_step()}, "reason": "not in this year\'s range"}}',
            command="`session reject`",
        ),
    ),
    "rmos.shop.v1.PatternsService": (
        recipe(
            "CreateStripFamily",
            "Strips that patterns are made of.",
            '{"title": "three strips", "strips": [{"material_id": "maple_hard", "width_mm": 1.2}]}',
            command="`pattern family add`",
            FAMILY="strip_family.name",
            FAMILY_ID="strip_family.strip_family_id",
        ),
        recipe("GetStripFamily", "One of them.", '{"name": "$FAMILY"}', command="`pattern family show`"),
        recipe("ListStripFamilies", "All of them.", '{"page_size": 1}', command="`pattern family list`"),
        recipe(
            "CreatePattern",
            "A rosette for the library.",
            '{"title": "herringbone", "pattern_type": "herringbone", '
            '"strip_family_id": "$FAMILY_ID", "design": $DESIGN}',
            command="`pattern add`",
            bound=NOT_KEPT,
            PATTERN="pattern.name",
        ),
        recipe("GetPattern", "One of them.", '{"name": "$PATTERN"}', command="`pattern show`"),
        recipe("ListPatterns", "All of them.", '{"page_size": 1}', command="`pattern list`"),
        recipe("GetPatternStatistics", "How many, of what.", command="`pattern stats`", bound=COUNTS),
        recipe(
            "ExportPatterns",
            "The library as documents, in base64.",
            command="`pattern export`",
            bound=BUDGET,
            DOCUMENT="document",
        ),
        recipe(
            "ImportPatterns",
            "Such a document read again: nothing changes.",
            '{"document": "$DOCUMENT", "source_name": "patterns-1.json", "validate_only": true}',
            command="`pattern import`",
            bound=BUDGET,
        ),
        recipe(
            "RenderPattern",
            "A picture.",
            '{"name": "$PATTERN", "format": "IMAGE_FORMAT_SVG", "size_px": 64}',
            command="`pattern draw`",
        ),
    ),
    "rmos.shop.v1.JobsService": (
        recipe(
            "CreateJob",
            "Log a job.",
            '{"job_type": "JOB_TYPE_ROSETTE_CNC_EXPORT", "status": "JOB_STATUS_PLANNED", "title": "spring batch"}',
            command="`job add`",
            bound=NOT_KEPT,
            JOB="job.name",
        ),
        recipe("GetJob", "Read it.", '{"name": "$JOB"}', command="`job show`"),
        recipe("ListJobs", "Jobs, newest first.", '{"page_size": 1}', command="`job list`"),
        recipe(
            "UpdateJobStatus",
            "How far it is.",
            '{"name": "$JOB", "status": "JOB_STATUS_RUNNING", "progress_percent": 40, "expected_version": 0}',
            command="`job progress`",
        ),
        recipe("CompleteJob", "It ended.", f'{{"name": "$JOB", {_JOB_ENDS}}}', command="`job end`", bound=NOT_KEPT),
        recipe(
            "GetJobStatistics", "How many, how many succeeded, how long they took.", command="`job stats`", bound=COUNTS
        ),
    ),
    "rmos.shop.v1.ImportsService": (
        recipe("ListImports", "What was brought in from outside.", '{"page_size": 2}', command="`store imports`"),
    ),
    "rmos.advisory.v1.AdvisoryService": (
        recipe(
            "GenerateImage",
            "A picture by the built-in renderer; it waits for review.",
            '{"design": $DESIGN, "size_px": 512, "requester": "A. Smith"}',
            command="`review generate`",
            bound="at most eight pictures",
            ASSET="assets.0.name",
            ASSET_SHA256="assets.0.content_sha256",
        ),
        recipe(
            "UploadAdvisoryAsset",
            "Something that a program outside has made.",
            '{"header": {"asset_type": "ASSET_TYPE_ANALYSIS", "source": "ASSET_SOURCE_AI_ANALYSIS", '
            '"provider": "shop", "content_sha256": "$NOTE_SHA256", "content_size_bytes": 10, "mime": "text/plain", '
            '"requester": "A. Smith"}}',
            '{"chunk": "$NOTE"}',
            command="`review add`",
            bound=NOT_KEPT,
            ANALYSIS="asset.name",
        ),
        recipe(
            "ListAdvisoryAssets",
            "Assets, newest first.",
            '{"filter": "state = pending", "page_size": 1}',
            command="`review list`",
        ),
        recipe(
            "ListPendingAdvisoryAssets",
            "What waits for a person, oldest first.",
            '{"page_size": 1}',
            command="`review queue`",
        ),
        recipe(
            "GetAdvisoryAsset",
            "One of them, with every decision about it.",
            '{"name": "$ASSET"}',
            command="`review show`",
            bound=ONE,
        ),
        recipe("DownloadAdvisoryAsset", "Its bytes.", '{"name": "$ASSET"}', command="`review open`"),
        recipe(
            "ReviewAdvisoryAsset",
            "A person approves exactly what was shown.",
            '{"name": "$ASSET", "reviewer": "B. Jones", "decision": "ASSET_STATE_APPROVED", "licence": "CC-BY-4.0", '
            '"caption": "a rosette", "shown_sha256": "$ASSET_SHA256"}',
            command="`review approve`, `review reject`",
        ),
        recipe(
            "BatchReviewAdvisoryAssets",
            "Several decisions; each has its own outcome.",
            '{"requests": [{"name": "$ANALYSIS", "reviewer": "B. Jones", "decision": "ASSET_STATE_REJECTED", '
            '"rejection_reason": "REJECTION_REASON_DUPLICATE", "shown_sha256": "$NOTE_SHA256"}]}',
            command="`review approve`, `review reject`, with several assets",
            bound=ITEM,
        ),
        recipe("SetFavorite", "Mark one.", '{"name": "$ASSET", "is_favorite": true}', command="`review favourite`"),
        recipe(
            "FindDuplicateAssets",
            "What says or shows the same.",
            '{"name": "$ASSET"}',
            command="`review duplicates`",
            bound="the hundred most alike",
        ),
        recipe(
            "WatchAdvisoryAssets",
            "Assets as they are taken in or decided about, for some seconds.",
            "{}",
            command="`review watch`",
            seconds=3,
        ),
        recipe("GetAdvisoryStats", "How many, in which state.", command="`review stats`", bound=COUNTS),
        recipe(
            "GetBudget",
            "What may be spent.",
            '{"requester": "A. Smith"}',
            command="`review budget`",
            bound="a day and a month",
        ),
    ),
    "rmos.teaching.v1.TeachingService": (
        recipe("GetTeachingStats", "What there is to train with.", command="`teaching status`", bound=COUNTS),
        recipe("GetTrainingReadiness", "Is it enough?", '{"min_images": 1}', command="`teaching status`", bound=COUNTS),
        recipe("GetTeachingWorkflow", "What is to be done next.", command="`teaching status`", bound=COUNTS),
        recipe(
            "ExportTrainingSet",
            "A training set on the server.",
            '{"min_images": 1}',
            command="`teaching export`",
            EXPORT="export.name",
        ),
        recipe("ListTrainingExports", "Sets that have left.", '{"page_size": 1}', command="`teaching list`"),
        recipe("GetTrainingExport", "One of them.", '{"name": "$EXPORT"}', command="`teaching show`"),
    ),
    "rmos.system.v1.SystemService": (
        recipe("GetServerInfo", "Version, limits, calls in flight, room on the disk.", command="`store info`"),
    ),
    "rmos.feasibility.v1.AdministrationService": (
        recipe(
            "ListAdminEvents",
            "The feasibility server's own log; empty while it asks nobody.",
            '{"page_size": 1}',
            command="`store admin-log`, `--of-feasibility`",
        ),
    ),
}
ASKING = {
    "rmos.auth.v1.AuthService": (
        recipe(
            "Login",
            "A token for twelve hours.",
            '{"name": "A. Lead", "password": "$PASSWORD"}',
            command="`login`",
            TOKEN="token",
        ),
        recipe("WhoAmI", "Who calls, and what they may do.", command="`whoami`", bound="the methods there are"),
        recipe(
            "ListAdminEvents",
            "The log of administration, for administrators.",
            '{"page_size": 1}',
            command="`store admin-log`, `--of-feasibility`",
        ),
        recipe("Logout", "The token ends.", command="`logout`"),
    ),
}
"""Of servers that ask who calls: sent with the token that Login gives."""
