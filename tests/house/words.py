"""Names that the sources no longer use, and the field's term for each: `make words`."""

import ast
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = ("foundation", "rpckit", "feasibility_svc", "runs_svc", "testkit", "clients/python/rmos_client", "bench")
NEVER_CHANGED = "migrations"
"""Migrations are recognised by the digest of their text."""

TERMS: Mapping[str, str] = {
    "things": "entity",
    "thing": "entity",
    "ThingKind": "EntityKind",
    "KINDS": "ENTITY_KINDS",
    "found_by": "index_fields",
    "Histories": "EntityStore",
    "Versions": "EntityRepository",
    "NewVersion": "NewRevision",
    "facts": "amendments",
    "FactKind": "AmendmentKind",
    "add_fact": "amend",
    "fact_id": "amendment_id",
    "FactComposer": "RecordComposer",
    "LaterFacts": "Amendments",
    "fact_messages": "amendment_messages",
    "RunEnd": "RunHead",
    "ChainEnd": "ChainHead",
    "RunEnds": "RunHeads",
    "behind": "expected_head",
    "Kept": "ByteBudgetCache",
    "KnownReports": "ReportCache",
    "KnownInputs": "no cache of inputs",
    "KnownLines": "no cache of rows",
    "RememberedRuns": "CachingLedger",
    "ReadyRuns": "RunMessageCache",
    "ReadyLines": "no cache of rows",
    "Answer": "ErrorStatus",
    "told": "on_progress",
    "Told": "ProgressCallback",
    "Gathering": "BatchWindow",
    "gather": "wait",
    "every_run": "walk_runs",
    "suspicion": "unclean_commit",
    "other_writers": "foreign_commits",
    "hot": "prepared_statements",
    "cold": "offline_ledger",
    "new_ledger": "ledger_rebuild",
    "damage": "corruption",
    "histories": "entities",
    "projections": "entity_indexes",
    "run_lines": "run_rows",
    "rulebook": "field_rules",
    "projection": "proto_json",
    "widening": "tolerance_intervals",
    "score_maps": "score_curves",
    "calibrating": "apply_calibration",
    "Asked": "Query",
    "Wanted": "Request",
    "Recorded": "RecordResult",
    "Added": "AppendResult",
    "Inquiry": "LanguageRequest",
    "Intake": "ImageIntake",
    "spends": "spend_entries",
    "WORDS": "search_index",
    "USUAL": "COMMON_VALUES",
}
MODULES: Mapping[str, str] = {
    "machine": "clock_and_ids",
    "output": "rendering",
    "pages": "page_tokens",
    "reading": "run_view",
    "release": "gate_guard",
}
"""Good words for values, but not for what these modules hold."""


def names(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every class, function and parameter of a module, with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.lineno, node.name
        if isinstance(node, ast.arg):
            yield node.lineno, node.arg


def findings(root: Path = ROOT) -> Iterator[str]:
    """A line for each name of the old vocabulary: where it stands, and the term to use."""
    for folder in SOURCES:
        for path in sorted((root / folder).rglob("*.py")):
            if NEVER_CHANGED in path.parts:
                continue
            place = path.relative_to(root)
            for stem in (path.stem, *place.parts[:-1]):
                term = {**TERMS, **MODULES}.get(stem)
                if term and stem == path.stem:
                    yield f"{place}: {stem} is {term}"
            for line, name in names(ast.parse(path.read_text(encoding="utf-8"))):
                term = TERMS.get(name.strip("_"))
                if term:
                    yield f"{place}:{line}: {name} is {term}"


def main() -> int:
    found = list(findings())
    print(*found, sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
