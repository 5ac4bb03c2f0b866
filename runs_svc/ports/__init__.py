"""What the rules need from outside. Every promise here is kept by each adapter and checked by one suite."""

from runs_svc.ports.advisory import ImageProvider, ImageRequest, LanguageModel, MadeImage, MadeImages
from runs_svc.ports.blobs import Archive, BlobStore, BlobUpload
from runs_svc.ports.catalogue import PresetCatalogue
from runs_svc.ports.clock_and_ids import Clock, IdSource
from runs_svc.ports.encoded_runs import EncodedRuns
from runs_svc.ports.entities import EntityQuery, EntityStore, Position, Spread
from runs_svc.ports.feasibility import (
    Evaluator,
    Explanation,
    Feasibility,
    FeasibilityUnavailableError,
    NoReportInTimeError,
    ReportReader,
    UnbelievableReportError,
)
from runs_svc.ports.ledger import Ledger, LedgerEntry, ListedRun, ListQuery, RunPlace, StoredRun
from runs_svc.ports.ledger_load import LedgerLoad
from runs_svc.ports.programs import (
    NotDrawnError,
    ProgramAuditor,
    ProgramLook,
    ProgramPainter,
    ProgramsNotAuditedError,
    SentProgram,
)
from runs_svc.ports.rendering import (
    Pack,
    PackedFile,
    PackWriter,
    PictureReader,
    PrintedSheet,
    RosettePainter,
    RosetteScene,
    SheetPaper,
    SheetWriter,
    TrainingSetWriter,
    TrainingStore,
)

__all__ = [
    "Archive",
    "BlobStore",
    "BlobUpload",
    "Clock",
    "EncodedRuns",
    "EntityQuery",
    "EntityStore",
    "Evaluator",
    "Explanation",
    "Feasibility",
    "FeasibilityUnavailableError",
    "IdSource",
    "ImageProvider",
    "ImageRequest",
    "LanguageModel",
    "Ledger",
    "LedgerEntry",
    "LedgerLoad",
    "ListQuery",
    "ListedRun",
    "MadeImage",
    "MadeImages",
    "NoReportInTimeError",
    "NotDrawnError",
    "Pack",
    "PackWriter",
    "PackedFile",
    "PictureReader",
    "Position",
    "PresetCatalogue",
    "PrintedSheet",
    "ProgramAuditor",
    "ProgramLook",
    "ProgramPainter",
    "ProgramsNotAuditedError",
    "ReportReader",
    "RosettePainter",
    "RosetteScene",
    "RunPlace",
    "SentProgram",
    "SheetPaper",
    "SheetWriter",
    "Spread",
    "StoredRun",
    "TrainingSetWriter",
    "TrainingStore",
    "UnbelievableReportError",
]
