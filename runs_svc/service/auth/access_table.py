"""Who may call which method of the runs server. A method without a row is called by nobody.

Deciding, releasing and withdrawing need a person: a tool's key opens no gate, whatever its roles.
"""

from foundation.identity import Role
from rpckit.authentication.access import (
    ADMIN,
    ADMIN_PERSON,
    ANYBODY,
    OPERATOR,
    OPERATOR_DEAR,
    PUBLIC,
    REVIEWER_PERSON,
    VIEWER,
    VIEWER_DEAR,
    Access,
    AccessTable,
    table_of,
)

ACCESS: AccessTable = {
    **table_of(
        "rmos.runs.v1.RunsService",
        {
            "CreateRun": OPERATOR,
            "BatchCreateRuns": OPERATOR,
            "GetRun": VIEWER,
            "ListRuns": VIEWER,
            "BatchGetRuns": VIEWER,
            "CountRuns": VIEWER,
            "GetRunDocument": VIEWER,
            "DownloadRunDocument": VIEWER,
            "GetRunLineage": VIEWER,
            "DiffRuns": VIEWER_DEAR,
            "VerifyRun": VIEWER,
            "VerifyStore": VIEWER_DEAR,
            "WatchRuns": VIEWER,
            "RenderRunPreview": VIEWER_DEAR,
            "AnnotateRun": OPERATOR,
            "ListRunAnnotations": VIEWER,
            "AttachAdvisory": OPERATOR,
            "ListRunAdvisories": VIEWER,
            "SuggestAdvisory": OPERATOR,
            "SetRunExplanation": OPERATOR,
            "RecordExecution": OPERATOR,
            "ReplayRun": OPERATOR,
            "OverrideRun": REVIEWER_PERSON,
            "SetLegalHold": ADMIN_PERSON,
            "GetOperatorPack": Access(Role.OPERATOR, person=True, dear=True),  # programs leave for a machine
        },
    ),
    **table_of(
        "rmos.runs.v1.AttachmentsService",
        {
            "UploadAttachment": OPERATOR,
            "FindMissingAttachments": OPERATOR,
            "ListAttachments": VIEWER,
            "GetAttachment": VIEWER,
            "DownloadAttachment": VIEWER,
            "VerifyAttachments": VIEWER_DEAR,
            "DiffAttachments": VIEWER_DEAR,
        },
    ),
    **table_of(
        "rmos.workflow.v1.WorkflowService",
        {
            "CreateSession": OPERATOR,
            "GetSession": VIEWER,
            "ListSessions": VIEWER,
            "ListSessionEvents": VIEWER,
            "SetDesign": OPERATOR,
            "SetContext": OPERATOR,
            "RequestFeasibility": OPERATOR,
            "ApproveSession": REVIEWER_PERSON,
            "RejectSession": REVIEWER_PERSON,
            "RequireRevision": REVIEWER_PERSON,
            "RequestToolpaths": OPERATOR,
            "StoreToolpaths": OPERATOR,
            "ArchiveSession": OPERATOR,
        },
    ),
    **table_of(
        "rmos.shop.v1.PatternsService",
        {
            "CreatePattern": OPERATOR,
            "GetPattern": VIEWER,
            "ListPatterns": VIEWER,
            "GetPatternStatistics": VIEWER,
            "CreateStripFamily": OPERATOR,
            "GetStripFamily": VIEWER,
            "ListStripFamilies": VIEWER,
            "ExportPatterns": VIEWER_DEAR,
            "ImportPatterns": OPERATOR_DEAR,
            "RenderPattern": VIEWER_DEAR,
        },
    ),
    **table_of(
        "rmos.shop.v1.JobsService",
        {
            "CreateJob": OPERATOR,
            "GetJob": VIEWER,
            "ListJobs": VIEWER,
            "UpdateJobStatus": OPERATOR,
            "CompleteJob": OPERATOR,
            "GetJobStatistics": VIEWER,
        },
    ),
    **table_of("rmos.shop.v1.ImportsService", {"ListImports": VIEWER}),
    **table_of(
        "rmos.advisory.v1.AdvisoryService",
        {
            "GenerateImage": OPERATOR_DEAR,
            "UploadAdvisoryAsset": OPERATOR,
            "ListAdvisoryAssets": VIEWER,
            "ListPendingAdvisoryAssets": VIEWER,
            "GetAdvisoryAsset": VIEWER,
            "DownloadAdvisoryAsset": VIEWER,
            "ReviewAdvisoryAsset": REVIEWER_PERSON,
            "BatchReviewAdvisoryAssets": REVIEWER_PERSON,
            "SetFavorite": OPERATOR,
            "FindDuplicateAssets": VIEWER_DEAR,
            "GetAdvisoryStats": VIEWER,
            "GetBudget": VIEWER,
        },
    ),
    **table_of(
        "rmos.teaching.v1.TeachingService",
        {
            "ExportTrainingSet": Access(Role.REVIEWER, person=True, dear=True),  # pictures leave
            "ListTrainingExports": VIEWER,
            "GetTrainingExport": VIEWER,
            "GetTeachingStats": VIEWER,
            "GetTrainingReadiness": VIEWER,
            "GetTeachingWorkflow": VIEWER,
        },
    ),
    **table_of(
        "rmos.auth.v1.AuthService",
        {"Login": PUBLIC, "Logout": Access(None, person=True), "WhoAmI": ANYBODY, "ListAdminEvents": ADMIN},
    ),
}
