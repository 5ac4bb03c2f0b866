"""Every answer that repeats something says in this table what keeps it small enough to be received."""

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from tests.services import METHODS

PAGED = "pages end at a budget of bytes, and a token goes on exactly there"
BUDGET = "entries end at a budget of bytes, and the answer says what is left out"
ITEM = "what does not fit is replaced by its name or an error, item by item"
COUNT = "a documented number of short entries"
ONE = "one entry of what is kept, bounded when it is recorded"
COUNTS = "one number per word of a short list, or per name people gave, of 100 characters at most"

NOT_KEPT = "26 sentences about open fields"
PROGRAMS = "20 places for each of some dozen rules, and a row for each program of a setup"
BOUNDED = {
    "CreateRun": NOT_KEPT,
    "AnnotateRun": NOT_KEPT,
    "CreatePattern": NOT_KEPT,
    "CreateJob": NOT_KEPT,
    "CompleteJob": NOT_KEPT,
    "UploadAdvisoryAsset": NOT_KEPT,
    "GenerateImage": COUNT,  # at most eight pictures
    "ListAdvisoryAssets": PAGED,
    "ListPendingAdvisoryAssets": PAGED,
    "BatchReviewAdvisoryAssets": ITEM,
    "FindDuplicateAssets": COUNT,  # the hundred most alike
    "GetAdvisoryAsset": ONE,
    "GetAdvisoryStats": COUNTS,
    "GetBudget": COUNT,  # a day and a month
    "ListModels": PAGED,
    "ListMaterials": PAGED,
    "ListTools": PAGED,
    "EstimateTime": PROGRAMS,
    "ImportTools": BUDGET,
    "ListToolImports": PAGED,
    "ListMachines": PAGED,
    "ListProfiles": PAGED,
    "ListProfileRevisions": PAGED,
    "ListCalibrations": PAGED,
    "EvaluateJob": COUNT,  # at most twenty steps, a report each
    "BatchEvaluateFeasibility": ITEM,
    "RecommendSetup": COUNT,  # a few proposals per dimension
    "ListRules": PAGED,
    "ListRiskLevels": PAGED,
    "ListCategories": PAGED,
    "ListEngines": PAGED,
    "FindMissingAttachments": COUNT,  # a thousand digests
    "ListAttachments": PAGED,
    "FindRunsByDigest": PAGED,
    "DiffAttachments": ONE,
    "ListRuns": PAGED,
    "ListOverrideRequests": PAGED,
    "CountRuns": COUNTS,
    "BatchGetRuns": BUDGET,
    "BatchCreateRuns": ITEM,
    "DiffRuns": BUDGET,
    "GetRunLineage": BUDGET,
    "ListRunAnnotations": PAGED,
    "ListRunAdvisories": PAGED,
    "RecordExecution": COUNT,  # a sentence per run of the same instrument
    "ReplayRun": COUNT,  # a sentence per thing that drifted
    "ListImports": PAGED,
    "ListJobs": PAGED,
    "GetJobStatistics": COUNTS,
    "ListPatterns": PAGED,
    "GetPatternStatistics": COUNTS,
    "ListStripFamilies": PAGED,
    "ExportPatterns": BUDGET,  # the rest comes with the next token
    "ImportPatterns": BUDGET,
    "ListTrainingExports": PAGED,
    "GetTeachingStats": COUNTS,
    "GetTrainingReadiness": COUNTS,
    "GetTeachingWorkflow": COUNTS,
    "ListSessions": PAGED,
    "ListAdminEvents": PAGED,
    "WhoAmI": COUNT,  # the methods there are
    "ListSessionEvents": PAGED,
}


def test_every_answer_that_repeats_something_is_bounded_in_a_known_way() -> None:
    repeating = {
        method.name
        for method in METHODS
        if not method.server_streaming and any(field.is_repeated for field in method.output_type.fields)
    }
    assert repeating == set(BOUNDED)


def test_every_paged_answer_has_a_token_and_takes_one() -> None:
    for method in METHODS:
        if BOUNDED.get(method.name) == PAGED:
            assert "next_page_token" in names(method.output_type), method.full_name
            assert {"page_size", "page_token"} <= names(method.input_type), method.full_name


def test_every_request_of_a_page_says_that_it_may_end_earlier() -> None:
    asked = {method.name for method in METHODS if "page_size" in names(method.input_type)}
    assert asked == {name for name, how in BOUNDED.items() if how == PAGED}


def test_bytes_that_may_be_long_come_in_pieces() -> None:
    whole = {
        method.name
        for method in METHODS
        if not method.server_streaming
        and any(field.type == FieldDescriptor.TYPE_BYTES for field in method.output_type.fields)
    }
    # a document has a stream, an export has pages, pictures are at most 2048 pixels wide and high, sheets have
    # bounded lists
    pictures = {"RenderPattern", "RenderRunPreview", "RenderRunProgram", "RenderSetupSheet"}
    assert whole == {"GetRunDocument", "ExportPatterns", *pictures}


def names(message: Descriptor) -> set[str]:
    return {field.name for field in message.fields}
