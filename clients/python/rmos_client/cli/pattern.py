"""rmosctl pattern: the workshop's rosette patterns, and the strip families they are made of."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from rmos.shop.v1 import patterns_service_pb2 as pb
from rmos.shop.v1.patterns_service_pb2_grpc import PatternsServiceStub
from rmos_client.cli.answers import print_json, print_list, print_message
from rmos_client.cli.calling import FilterOption, JsonOption, LimitOption, ask, connected, pages, resource_name
from rmos_client.cli.console import EXIT_FAILED, RUNS, RunsAddress, console
from rmos_client.cli.progress import counting
from rmos_client.cli.views import View, ViewOption
from rmos_client.jobs import read_bytes, read_job, read_message

app = typer.Typer(help="Rosette patterns and strip families.", no_args_is_help=True)
families = typer.Typer(help="Strip families that patterns are made of.", no_args_is_help=True)
app.add_typer(families, name="family")
_FORMATS = {".svg": pb.IMAGE_FORMAT_SVG, ".png": pb.IMAGE_FORMAT_PNG}
PatternId = Annotated[str, typer.Argument(help="Pattern id.")]


@app.command()
def add(
    job_file: Annotated[Path, typer.Argument(help="Job file with the rosette.")],
    *,
    pattern_type: Annotated[str, typer.Option("--type", help="herringbone, rope, mosaic …")],
    title: Annotated[str, typer.Option(help="Name for people; absent: the job's.")] = "",
    pattern_id: Annotated[str, typer.Option("--id", help="Id; absent: the server makes one.")] = "",
    family: Annotated[str, typer.Option(help="Strip family.")] = "",
    notes: Annotated[str, typer.Option(help="Free notes.")] = "",
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """Add the rosette of a job file to the library."""
    job = read_job(job_file)
    request = pb.CreatePatternRequest(
        pattern_id=pattern_id,
        title=title or job.name,
        pattern_type=pattern_type,
        strip_family_id=family,
        design=job.design,
        notes=notes,
    )
    with connected(PatternsServiceStub, runs) as stub:
        answer = ask(stub.CreatePattern, request)
    if as_json:
        print_json(answer)
    else:
        state = "added" if answer.created else "known already, nothing changed"
        console.print(f"{answer.pattern.pattern_id}: {state}", highlight=False, markup=False)


@app.command("list")
def list_patterns(
    filter_text: FilterOption = "", limit: LimitOption = 50, as_json: JsonOption = False, runs: RunsAddress = RUNS
) -> None:
    """List patterns, newest first."""
    columns = ("pattern_id", "pattern_type", "ring_count", "strip_family_id", "title", "create_time")
    with connected(PatternsServiceStub, runs) as stub:
        found = pages(stub.ListPatterns, pb.ListPatternsRequest(filter=filter_text), "patterns", limit=limit)
        print_list(found, columns, name="patterns", as_json=as_json)


@app.command()
def show(pattern_id: PatternId, as_json: JsonOption = False, runs: RunsAddress = RUNS) -> None:
    """Show a pattern."""
    with connected(PatternsServiceStub, runs) as stub:
        print_message(
            ask(stub.GetPattern, pb.GetPatternRequest(name=resource_name("patterns", pattern_id))).pattern,
            as_json=as_json,
        )


@app.command()
def draw(
    pattern_id: PatternId,
    target: Annotated[Path, typer.Argument(help="File to write, .svg or .png.")],
    *,
    size_px: Annotated[int, typer.Option(help="Width and height, 64 to 2048.")] = 600,
    view: ViewOption = View.whole,
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """Draw a pattern; the same pattern gives the same bytes."""
    if target.suffix.lower() not in _FORMATS:
        raise typer.BadParameter(f"{target.name!r}; allowed: {', '.join(_FORMATS)}", param_hint="TARGET")
    request = pb.RenderPatternRequest(
        name=resource_name("patterns", pattern_id),
        format=_FORMATS[target.suffix.lower()],
        size_px=size_px,
        view=view.wire,
    )
    with connected(PatternsServiceStub, runs) as stub:
        answer = ask(stub.RenderPattern, request, timeout_s=60.0)
    target.write_bytes(answer.content)
    if as_json:
        answer.ClearField("content")  # it stands in the file
        print_json(answer)
        return
    console.print(f"{target}  {answer.sha256}", highlight=False, markup=False, soft_wrap=True)


@app.command()
def stats(filter_text: FilterOption = "", as_json: JsonOption = False, runs: RunsAddress = RUNS) -> None:
    """Count patterns, their rings and their families."""
    with connected(PatternsServiceStub, runs) as stub:
        request = pb.GetPatternStatisticsRequest(filter=filter_text)
        print_message(ask(stub.GetPatternStatistics, request), as_json=as_json)


@app.command("export")
def export_patterns(
    folder: Annotated[Path, typer.Argument(help="Folder to write patterns-1.json, patterns-2.json … into.")],
    filter_text: FilterOption = "",
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """Write the library as documents that `import` reads."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    with connected(PatternsServiceStub, runs) as stub, counting("export") as progress:
        for number, answer in enumerate(_documents(stub, filter_text), 1):
            progress(number)
            (folder / f"patterns-{number}.json").write_bytes(answer.document)
            answer.ClearField("document")  # it stands in the file
            written.append(answer)
    if as_json:
        print_list(written, (), name="documents", as_json=True)
        return
    for number, answer in enumerate(written, 1):
        counts = f"{answer.pattern_count} patterns, {answer.strip_family_count} families"
        line = f"{folder / f'patterns-{number}.json'}  {counts}  {answer.sha256}"
        console.print(line, highlight=False, markup=False, soft_wrap=True)
        for name in answer.unreachable:
            console.print(f"  left out: {name}", highlight=False, markup=False)


@app.command("import")
def import_patterns(
    documents: Annotated[list[Path], typer.Argument(help="Documents that `export` has written, in their order.")],
    *,
    preview: Annotated[bool, typer.Option("--preview", help="Say what would happen and add nothing.")] = False,
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """Read documents of a library. Exit code 1 when an entry was refused."""
    answers = []
    with connected(PatternsServiceStub, runs) as stub:
        for file in documents:
            request = pb.ImportPatternsRequest(document=read_bytes(file), source_name=file.name, validate_only=preview)
            answers.append(ask(stub.ImportPatterns, request, timeout_s=60.0))
    entries = [entry for answer in answers for entry in answer.entries]
    print_list(entries, ("outcome", "name", "error.message"), name="entries", as_json=as_json)
    if any(answer.refused_count for answer in answers):
        raise typer.Exit(EXIT_FAILED)


@families.command("list")
def list_families(
    filter_text: FilterOption = "", limit: LimitOption = 50, as_json: JsonOption = False, runs: RunsAddress = RUNS
) -> None:
    """List strip families, newest first."""
    request = pb.ListStripFamiliesRequest(filter=filter_text)
    with connected(PatternsServiceStub, runs) as stub:
        found = pages(stub.ListStripFamilies, request, "strip_families", limit=limit)
        print_list(found, ("strip_family_id", "title", "create_time"), name="strip_families", as_json=as_json)


@families.command("show")
def show_family(
    family_id: Annotated[str, typer.Argument(help="Strip family id.")],
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """Show a strip family."""
    request = pb.GetStripFamilyRequest(name=resource_name("stripFamilies", family_id))
    with connected(PatternsServiceStub, runs) as stub:
        print_message(ask(stub.GetStripFamily, request).strip_family, as_json=as_json)


@families.command("add")
def add_family(
    file: Annotated[Path, typer.Argument(help="Strip family, YAML or JSON: title, strips, notes.")],
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """Add a strip family."""
    with connected(PatternsServiceStub, runs) as stub:
        answer = ask(stub.CreateStripFamily, read_message(file, pb.CreateStripFamilyRequest()))
    if as_json:
        print_json(answer)
    else:
        state = "added" if answer.created else "known already, nothing changed"
        console.print(f"{answer.strip_family.strip_family_id}: {state}", highlight=False, markup=False)


def _documents(stub: PatternsServiceStub, filter_text: str) -> Iterator[pb.ExportPatternsResponse]:
    token = ""
    while True:
        request = pb.ExportPatternsRequest(filter=filter_text, page_token=token)
        answer = ask(stub.ExportPatterns, request, timeout_s=60.0)
        token = answer.next_page_token
        yield answer
        if not token:
            return
