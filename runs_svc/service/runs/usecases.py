"""What RunsService is made of."""

from dataclasses import dataclass

from runs_svc.usecases.add_fact import AddFact
from runs_svc.usecases.advisory.attach import AttachAdvisory
from runs_svc.usecases.advisory.rephrase import Rephrase
from runs_svc.usecases.diff_runs import DiffRuns
from runs_svc.usecases.execution import RecordExecution
from runs_svc.usecases.lineage import FindLineage
from runs_svc.usecases.list_runs import ListRuns
from runs_svc.usecases.operator_pack import PackForOperator
from runs_svc.usecases.override import Override
from runs_svc.usecases.record_run import RecordRun
from runs_svc.usecases.render_preview import RenderPreview
from runs_svc.usecases.replay_run import ReplayRun
from runs_svc.usecases.set_explanation import SetExplanation
from runs_svc.usecases.suggest import Suggest
from runs_svc.usecases.verify_run import VerifyRun
from runs_svc.usecases.verify_store import VerifyStore
from runs_svc.usecases.watch_runs import WatchRuns


@dataclass(frozen=True, slots=True)
class RunsUsecases:
    """What the service can do."""

    record_run: RecordRun
    list_runs: ListRuns
    lineage: FindLineage
    diff_runs: DiffRuns
    verify_run: VerifyRun
    verify_store: VerifyStore
    add_fact: AddFact
    attach_advisory: AttachAdvisory
    execution: RecordExecution
    override: Override
    set_explanation: SetExplanation
    suggest: Suggest
    rephrase: Rephrase
    replay_run: ReplayRun
    operator_pack: PackForOperator
    render_preview: RenderPreview
    watch_runs: WatchRuns
