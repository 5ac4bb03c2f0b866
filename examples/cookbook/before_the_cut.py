"""Recipes for the feasibility server: verdicts, the catalogue, programs."""

from examples.cookbook.recipe import BUDGET, ITEM, PROGRAMS, PROGRAMS_ONLY, recipe

_JOB = '"design": $DESIGN, "context": $CONTEXT'
_FEEDS = '{"field": "context.cut.feed_rate_mm_per_min", "numbers": {"values": [900, 1750]}}'
_PROGRAM = ('{"program": {"file_name": "rosette.nc"}}', '{"chunk": "$PROGRAM"}')
_AGAINST = '{"header": {"envelope": $ENVELOPE}}'

RECIPES = {
    "rmos.feasibility.v1.FeasibilityService": (
        recipe("EvaluateFeasibility", "Can this be cut, and why?", f"{{{_JOB}}}", command="`evaluate`"),
        recipe(
            "EvaluateModel",
            "The same for an instrument by name.",
            f'{{"model_id": "classical_650", {_JOB}}}',
            command="`evaluate`, with `--model`",
        ),
        recipe(
            "EvaluateJob",
            "Several steps, evaluated together.",
            f'{{"steps": [{{"name": "channel", {_JOB}}}]}}',
            command="`evaluate`",
            bound="at most twenty steps, a report each",
        ),
        recipe(
            "BatchEvaluateFeasibility",
            "Many at once; each report is the canonical JSON that a run would record.",
            f'{{"items": [{{"request": {{{_JOB}}}}}]}}',
            command=PROGRAMS_ONLY,
            bound=ITEM,
        ),
        recipe(
            "StreamEvaluateFeasibility",
            "A message each, answered in their order.",
            f'{{"key": "one", {_JOB}}}',
            '{"key": "no stock", "design": $DESIGN, "context": {}}',
            command="`evaluate`, with several job files",
        ),
        recipe(
            "SweepFeasibility",
            "A grid over up to three parameters: header, blocks of points, result.",
            f'{{{_JOB}, "axes": [{_FEEDS}]}}',
            command="`sweep`",
        ),
        recipe(
            "RecommendSetup",
            "What makes it GREEN, or faster.",
            f"{{{_JOB}}}",
            command="`recommend`",
            bound="a few proposals per dimension",
        ),
        recipe("ExplainReport", "The verdict in sentences.", f"{{{_JOB}}}", command="`explain`"),
        recipe("ListRules", "Rules with their ids.", '{"page_size": 2}', command="`vocabulary`"),
        recipe(
            "SearchRosettes",
            "Rosettes within a profile of the catalogue, best first.",
            '{"profile_id": "$PROFILE", "soundhole_radius_mm": 42.5, "channel_depth_mm": 1.3, "context": $CONTEXT, '
            '"max_candidates": 1, "max_attempts": 20, "time_limit_s": 2, "seed": 1}',
            command="`rosettes`",
        ),
        recipe("ListRiskLevels", "Levels, and what each means.", command="`vocabulary`"),
        recipe("ListCategories", "Dimensions that engines judge.", '{"page_size": 3}', command="`vocabulary`"),
        recipe("ListEngines", "Engines, and which is the default.", command="`vocabulary`"),
    ),
    "rmos.feasibility.v1.CatalogService": (
        recipe("ListModels", "Instruments.", '{"page_size": 1}', command="`catalogue list`"),
        recipe("GetModel", "One of them.", '{"name": "models/classical_650"}', command="`catalogue show`"),
        recipe("ListMaterials", "Materials.", '{"page_size": 1}', command="`catalogue list`"),
        recipe(
            "GetMaterial",
            "One of them, with its sources.",
            '{"name": "materials/spruce_sitka"}',
            command="`catalogue show`",
        ),
        recipe(
            "CreateMaterial",
            "A material of the workshop; what it leaves out is taken from its kind.",
            '{"material": {"material_id": "cocobolo_bin_7", "kind": "MATERIAL_KIND_HARDWOOD", '
            '"density_kg_per_m3": 1090}, "display_name": "Cocobolo, bin 7", '
            '"source": "weighed and measured", "grade": "EVIDENCE_GRADE_C"}',
            command="`catalogue add`",
        ),
        recipe(
            "ReviseMaterial",
            "A further version of it: whole, and only if nobody else has changed it since.",
            '{"material": {"material_id": "cocobolo_bin_7", "kind": "MATERIAL_KIND_HARDWOOD", '
            '"density_kg_per_m3": 1075}, "expected_version": 1, "change_note": "dried for a year"}',
            command="`catalogue revise`",
        ),
        recipe("ListTools", "Tools.", '{"page_size": 1}', command="`catalogue list`"),
        recipe("GetTool", "One of them.", '{"name": "tools/end_mill_3175_down"}', command="`catalogue show`"),
        recipe(
            "CreateTool",
            "A tool of the workshop.",
            '{"tool": {"tool_id": "our_three_mm", "kind": "TOOL_KIND_END_MILL", "diameter_mm": 3, "flute_count": 2}, '
            '"display_name": "Our 3 mm", "source": "callipers", "grade": "EVIDENCE_GRADE_B"}',
            command="`catalogue add`",
        ),
        recipe(
            "ReviseTool",
            "A worn edge, for example: verdicts count with it from then on.",
            '{"tool": {"tool_id": "our_three_mm", "kind": "TOOL_KIND_END_MILL", "diameter_mm": 3, "flute_count": 2, '
            '"wear": "TOOL_WEAR_WORN"}, "change_note": "200 tops"}',
            command="`catalogue revise`, `catalogue edge`",
        ),
        recipe(
            "ImportTools",
            "A tool library, here of two lines; with preview nothing is kept.",
            '{"header": {"file_name": "tools.csv", "preview": true}}',
            '{"chunk": "$LIBRARY"}',
            command="`import-tools`",
            bound=BUDGET,
        ),
        recipe("ListToolImports", "Attempts to import one.", '{"page_size": 1}', command="`catalogue imports`"),
        recipe(
            "ExportTools",
            "Tools for another program; first what its format cannot hold.",
            '{"format": "TOOL_LIBRARY_FORMAT_LINUXCNC", "names": ["tools/our_three_mm"]}',
            command="`export-tools`",
        ),
        recipe("ListMachines", "Machines.", '{"page_size": 1}', command="`catalogue list`"),
        recipe("GetMachine", "One of them.", '{"name": "machines/shapeoko_3"}', command="`catalogue show`"),
        recipe(
            "CreateMachine",
            "A machine of the workshop.",
            '{"machine": {"machine_id": "back_room", "tier": "MACHINE_TIER_HOBBY", "max_spindle_speed_rpm": 24000}, '
            '"display_name": "Router in the back room", "source": "its data sheet", "grade": "EVIDENCE_GRADE_B"}',
            command="`catalogue add`",
        ),
        recipe(
            "ReviseMachine",
            "A further version of it.",
            '{"machine": {"machine_id": "back_room", "tier": "MACHINE_TIER_HOBBY", "max_spindle_speed_rpm": 30000}, '
            '"change_note": "the new router"}',
            command="`catalogue revise`",
        ),
        recipe(
            "ListProfiles",
            "Constraint profiles.",
            '{"page_size": 1}',
            command="`catalogue list`",
            PROFILE="profiles.0.profile_id",
        ),
        recipe("GetProfile", "One of them.", '{"name": "profiles/$PROFILE"}', command="`catalogue show`"),
        recipe(
            "CreateProfile",
            "A profile, or a new revision of one.",
            '{"profile": $OWN_PROFILE}',
            command="`catalogue add`",
        ),
        recipe(
            "ListProfileRevisions",
            "Every revision of it.",
            '{"name": "profiles/our_rosettes"}',
            command="`catalogue profile history`",
        ),
        recipe(
            "RollbackProfile",
            "An earlier revision as the newest.",
            '{"name": "profiles/our_rosettes", "revision": 1, "change_note": "wider rings did not sell"}',
            command="`catalogue profile rollback`",
        ),
        recipe(
            "RecordCalibration",
            "What the workshop has measured; it counts from then on.",
            '{"calibration": {"kind": "CALIBRATION_KIND_RUNOUT", "subject": "tools/end_mill_3175_down", '
            '"value": 0.012, "person": "A. Smith", "date": "2026-05-04"}}',
            command="`catalogue calibrate`",
        ),
        recipe("ListCalibrations", "Every measurement.", command="`catalogue calibrations`"),
        recipe(
            "WithdrawEntry",
            "A tool that is gone; the runs that name it stay as they are.",
            '{"name": "tools/our_three_mm", "reason": "dropped, the tip is gone", "person": "A. Smith"}',
            command="`catalogue withdraw`, `catalogue gone`",
        ),
        recipe(
            "ListEntryVersions",
            "What became of it, newest first.",
            '{"name": "tools/our_three_mm"}',
            command="`catalogue history`",
        ),
    ),
    "rmos.feasibility.v1.GcodeService": (
        recipe("AuditProgram", "Does a program keep what was approved?", _AGAINST, *_PROGRAM, command="`gcode audit`"),
        recipe(
            "EstimateTime",
            "How long it takes.",
            '{"header": {"controller": "GCODE_CONTROLLER_GRBL"}}',
            *_PROGRAM,
            command="`gcode time`",
            bound=PROGRAMS,
        ),
        recipe(
            "ComparePrograms",
            "What changed from one program to another.",
            _AGAINST,
            *_PROGRAM,
            *_PROGRAM,
            command="`gcode compare`",
        ),
        recipe(
            "RenderToolpath",
            "A drawing of it, as bytes in base64.",
            '{"header": {"view": "TOOLPATH_VIEW_TOP", "format": "TOOLPATH_IMAGE_FORMAT_SVG", "width_px": 200}}',
            *_PROGRAM,
            command="`gcode draw`",
        ),
    ),
}
