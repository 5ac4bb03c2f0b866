"""Who may call which method of the feasibility server. A method without a row is called by nobody.

Asking changes nothing and needs no more than a viewer. What the catalogue says decides verdicts: reviewers change it.
"""

from rpckit.authentication.access import ADMIN, REVIEWER, REVIEWER_PERSON, VIEWER, VIEWER_DEAR, AccessTable, table_of

ACCESS: AccessTable = {
    **table_of(
        "rmos.feasibility.v1.FeasibilityService",
        {
            "EvaluateFeasibility": VIEWER,
            "EvaluateModel": VIEWER,
            "EvaluateJob": VIEWER,
            "BatchEvaluateFeasibility": VIEWER,
            "StreamEvaluateFeasibility": VIEWER,
            "SweepFeasibility": VIEWER_DEAR,
            "RecommendSetup": VIEWER_DEAR,
            "ExplainReport": VIEWER,
            "SearchRosettes": VIEWER_DEAR,
            "ListRules": VIEWER,
            "ListRiskLevels": VIEWER,
            "ListCategories": VIEWER,
            "ListEngines": VIEWER,
        },
    ),
    **table_of(
        "rmos.feasibility.v1.CatalogService",
        {
            "ListModels": VIEWER,
            "GetModel": VIEWER,
            "ListMaterials": VIEWER,
            "GetMaterial": VIEWER,
            "CreateMaterial": REVIEWER,
            "ReviseMaterial": REVIEWER,
            "ListTools": VIEWER,
            "GetTool": VIEWER,
            "CreateTool": REVIEWER,
            "ReviseTool": REVIEWER,
            "ImportTools": REVIEWER,
            "ListToolImports": VIEWER,
            "ExportTools": VIEWER,
            "ListMachines": VIEWER,
            "GetMachine": VIEWER,
            "CreateMachine": REVIEWER,
            "ReviseMachine": REVIEWER,
            "ListProfiles": VIEWER,
            "GetProfile": VIEWER,
            "CreateProfile": REVIEWER,
            "ListProfileRevisions": VIEWER,
            "RollbackProfile": REVIEWER_PERSON,
            "RecordCalibration": REVIEWER_PERSON,
            "ListCalibrations": VIEWER,
            "WithdrawEntry": REVIEWER_PERSON,
            "ListEntryVersions": VIEWER,
        },
    ),
    **table_of(
        "rmos.feasibility.v1.GcodeService",
        {
            "AuditProgram": VIEWER_DEAR,
            "EstimateTime": VIEWER_DEAR,
            "ComparePrograms": VIEWER_DEAR,
            "RenderToolpath": VIEWER_DEAR,
        },
    ),
    **table_of("rmos.feasibility.v1.AdministrationService", {"ListAdminEvents": ADMIN}),
}
