"""What RunsService is made of."""

from dataclasses import dataclass

from runs_svc.usecases.advisory.attach import AttachAdvisory
from runs_svc.usecases.advisory.rephrase import Rephrase
from runs_svc.usecases.runs.accept_findings import AcceptFindings
from runs_svc.usecases.runs.amend import AmendRun
from runs_svc.usecases.runs.audit_programs import AuditPrograms
from runs_svc.usecases.runs.diff import DiffRuns
from runs_svc.usecases.runs.execute import RecordExecution
from runs_svc.usecases.runs.explain import SetExplanation
from runs_svc.usecases.runs.lineage import FindLineage
from runs_svc.usecases.runs.list import ListRuns
from runs_svc.usecases.runs.override import Override
from runs_svc.usecases.runs.record import RecordRun
from runs_svc.usecases.runs.render_preview import RenderPreview
from runs_svc.usecases.runs.replay import ReplayRun
from runs_svc.usecases.runs.suggest_advisory import Suggest
from runs_svc.usecases.runs.watch import WatchRuns
from runs_svc.usecases.sheets.operator_pack import PackForOperator
from runs_svc.usecases.verification.verify_run import VerifyRun
from runs_svc.usecases.verification.verify_store import VerifyStore


@dataclass(frozen=True, slots=True)
class RunsUsecases:
    """What the service can do."""

    record_run: RecordRun
    list_runs: ListRuns
    lineage: FindLineage
    diff_runs: DiffRuns
    verify_run: VerifyRun
    verify_store: VerifyStore
    amend_run: AmendRun
    attach_advisory: AttachAdvisory
    audit_programs: AuditPrograms
    accept_findings: AcceptFindings
    execution: RecordExecution
    override: Override
    set_explanation: SetExplanation
    suggest: Suggest
    rephrase: Rephrase
    replay_run: ReplayRun
    operator_pack: PackForOperator
    render_preview: RenderPreview
    watch_runs: WatchRuns
