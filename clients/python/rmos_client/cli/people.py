"""rmosctl override, note, notes, advise, advisories, explanation: what people and programs add to a run."""

from typing import Annotated

import typer

from rmos.runs.v1 import run_pb2
from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.runs.v1.runs_service_pb2_grpc import RunsServiceStub
from rmos_client.cli.answers import print_json, print_list
from rmos_client.cli.calling import JsonOption, PersonOption, RunId, ask, connected, enum_value, pages, resource_name
from rmos_client.cli.console import RUNS, RunsAddress, console
from rmos_client.cli.report_view import level_name
from rmos_client.cli.run_view import gate_name

_EXPLAINING_S = 60.0


def override(
    run_id: RunId,
    *,
    reason: Annotated[str, typer.Option(help="Why it may be cut all the same.")],
    acknowledge: Annotated[bool, typer.Option("--acknowledge", help="The risk is known and accepted.")] = False,
    request_name: Annotated[str, typer.Option("--request", help="The request it answers, runs/RUN/requests/1.")] = "",
    person: PersonOption = "",
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """Open the gate of a run in the name of a person; its level stays what it is."""
    with connected(RunsServiceStub, runs) as stub:
        run = ask(stub.GetRun, pb.GetRunRequest(name=resource_name("runs", run_id))).run
        request = pb.OverrideRunRequest(
            name=run.name,
            person=person,
            reason=reason,
            risk_level=run.decision.risk_level,  # what was looked at: another level by now is refused
            risk_acknowledged=acknowledge,
            request=resource_name("runs", request_name) if request_name else "",
        )
        opened = ask(stub.OverrideRun, request).run
    if as_json:
        print_json(opened)
        return
    level, gate = level_name(opened.decision.risk_level), gate_name(opened.effective_gate_decision)
    console.print(f"{opened.run_id}  {level}, gate {gate}, by {opened.override.person}", highlight=False, markup=False)


def note(
    run_id: RunId,
    text: Annotated[str, typer.Argument(help="The note.")],
    person: PersonOption = "",
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """Add a note to a run; the run itself never changes."""
    request = pb.AnnotateRunRequest(name=resource_name("runs", run_id), person=person, note=text)
    with connected(RunsServiceStub, runs) as stub:
        run = ask(stub.AnnotateRun, request).run
    if as_json:
        print_json(run)
    else:
        console.print(f"noted with {run.run_id}", highlight=False)


def notes(run_id: RunId, as_json: JsonOption = False, runs: RunsAddress = RUNS) -> None:
    """List the notes of a run, oldest first."""
    request = pb.ListRunAnnotationsRequest(parent=resource_name("runs", run_id))
    with connected(RunsServiceStub, runs) as stub:
        found = pages(stub.ListRunAnnotations, request, "annotations")
        print_list(found, ("create_time", "person", "note"), name="annotations", as_json=as_json)


def advise(
    run_id: RunId,
    advisory_id: Annotated[str, typer.Argument(help="Id of the advisory; the same id twice changes nothing.")],
    *,
    text: Annotated[str, typer.Option(help="What it says.")] = "",
    kind: Annotated[str, typer.Option(help="explanation, advisory or note.")] = "advisory",
    engine: Annotated[str, typer.Option(help="The program that says it.")] = "",
    engine_version: Annotated[str, typer.Option(help="Its version.")] = "",
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """Attach an advisory to a run: an approved asset, or words of a program."""
    request = pb.AttachAdvisoryRequest(
        name=resource_name("runs", run_id),
        advisory_id=advisory_id,
        kind=enum_value(run_pb2.AdvisoryKind, kind, option="--kind"),
        engine_id=engine,
        engine_version=engine_version,
        text=text,
    )
    with connected(RunsServiceStub, runs) as stub:
        advisory = ask(stub.AttachAdvisory, request).advisory
    if as_json:
        print_json(advisory)
    else:
        console.print(f"{advisory.advisory_id} is attached to {run_id}", highlight=False, markup=False)


def advisories(run_id: RunId, as_json: JsonOption = False, runs: RunsAddress = RUNS) -> None:
    """List the advisories of a run, oldest first."""
    request = pb.ListRunAdvisoriesRequest(parent=resource_name("runs", run_id))
    with connected(RunsServiceStub, runs) as stub:
        found = pages(stub.ListRunAdvisories, request, "advisories")
        print_list(
            found, ("advisory_id", "kind", "create_time", "engine_id", "text"), name="advisories", as_json=as_json
        )


def explanation(
    run_id: RunId,
    *,
    rephrase: Annotated[bool, typer.Option("--rephrase", help="Have a language model say it, for review.")] = False,
    status: Annotated[str, typer.Option(help="Only set the status: none, pending, ready or error.")] = "",
    summary: Annotated[str, typer.Option(help="One sentence, with --status.")] = "",
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """Compute the explanation of a run's verdict and keep it with the run, or set its status."""
    with connected(RunsServiceStub, runs) as stub:
        if status:
            chosen = enum_value(run_pb2.ExplanationStatus, status, option="--status")
            asked = pb.SetRunExplanationRequest(name=resource_name("runs", run_id), status=chosen, summary=summary)
            run = ask(stub.SetRunExplanation, asked).run
            text = f"{run.run_id}: explanation is {status}"
        else:
            request = pb.SuggestAdvisoryRequest(name=resource_name("runs", run_id), rephrase=rephrase)
            answer = ask(stub.SuggestAdvisory, request, timeout_s=_EXPLAINING_S)
            run, text = answer.run, answer.advisory.text
    if as_json:
        print_json(run)
    else:
        console.print_lines(text)
