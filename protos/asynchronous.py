"""Write the verbs of `Rmos` for an event loop: the same code, with `await` where it calls a server.

    python protos/asynchronous.py                 into clients/python/rmos_client/asynchronous (make protos)

Each verb is written once, for threads. What is made of it has the same arguments, texts and checks; a test compares
them.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "clients" / "python" / "rmos_client"
MODULES = ("stubs", "whole_answers", "feasibility", "runs", "transfers", "programs", "gcode", "teaching")
_HEAD = "# made from {name}.py by protos/asynchronous.py: edit that file\n"
_AWAITED = {"call", "read_runs", "read_document", "UploadAttachment"}
"""What is called for one answer, besides the verbs of a module itself."""
_STREAMS = {"call_stream", "pages"}
"""What is called for answers as they come."""
_BLOCKING = {"_sha256_of", "_keep_if_right"}
"""What reads whole files: left to a thread."""
_CLASSES = (
    "ServiceStubs",
    "Evaluating",
    "Recording",
    "Transferring",
    "ReleasingPrograms",
    "ReadingPrograms",
    "Training",
)
_RENAMED: Mapping[str, str] = {
    "rmos_client.calls": "rmos_client.async_calls",
    "rmos_client.stubs": "rmos_client.asynchronous.stubs",
    "rmos_client": "rmos_client.asynchronous",
}


def main() -> None:
    target = SOURCES / "asynchronous"
    for name, text in written().items():
        (target / f"{name}.py").write_text(text)


def written() -> dict[str, str]:
    """Text of each module by its name."""
    return {name: _formatted(_module(name)) for name in MODULES}


def _module(name: str) -> str:
    tree = ast.parse((SOURCES / f"{name}.py").read_text())
    verbs = _verbs(tree)
    made = [item for item in tree.body if isinstance(item, ast.ClassDef) and item.name in _CLASSES]
    functions = [item for item in tree.body if isinstance(item, ast.FunctionDef) and item in verbs]
    taken = [ast.alias(other) for item in tree.body if item not in (*made, *functions) for other in _names(item)]
    imports: list[ast.stmt] = [item for item in tree.body if isinstance(item, ast.Import | ast.ImportFrom)]
    imports += [ast.Import([ast.alias("asyncio")])]
    imports += [ast.ImportFrom("collections.abc", [ast.alias("AsyncIterator")], 0)]
    imports += [ast.ImportFrom("typing", [ast.alias("Any")], 0)]
    imports += [ast.ImportFrom(f"rmos_client.{name}", taken, 0)] if taken else []
    docstring = tree.body[:1]
    body = [*docstring, *imports, *functions, *made]
    tree = _Asynchronous(verbs).visit(ast.Module(body, []))
    return _HEAD.format(name=name) + ast.unparse(ast.fix_missing_locations(tree))


def _names(item: ast.stmt) -> Iterator[str]:
    """What a statement of a module defines."""
    if isinstance(item, ast.FunctionDef | ast.ClassDef):
        yield item.name
    if isinstance(item, ast.Assign):
        yield from (target.id for target in item.targets if isinstance(target, ast.Name))


def _verbs(tree: ast.Module) -> dict[ast.FunctionDef, bool]:
    """Functions that call a server, directly or by another one, each with whether it answers with a stream."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    found: dict[ast.FunctionDef, bool] = {}
    while True:
        known = {verb.name for verb in found}
        more = [verb for verb in functions if verb not in found and any(_asks(node, known) for node in ast.walk(verb))]
        if not more:
            return found
        found |= {verb: any(isinstance(node, ast.Yield | ast.YieldFrom) for node in ast.walk(verb)) for verb in more}


def _asks(node: ast.AST, verbs: set[str]) -> bool:
    return isinstance(node, ast.Call) and (
        _called(node) in _AWAITED | _STREAMS | verbs or _is_method(node) or ast.unparse(node.func) == "time.sleep"
    )


def _called(node: ast.expr) -> str:
    """The name of what is called: a function of the module, a method of self, of whole_answers, or of a stub."""
    if not isinstance(node, ast.Call):
        return ""
    if isinstance(node.func, ast.Name):
        return node.func.id
    if isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value).split(".")[0] in _HOLDERS:
        return node.func.attr
    return ""


_HOLDERS = {"self", "whole_answers", "stub"}


def _is_method(node: ast.expr) -> bool:
    """Whether a method of a stub is called directly: `self.runs.WatchRuns(…)`."""
    return _called(node)[:1].isupper() and isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)


class _Asynchronous(ast.NodeTransformer):
    def __init__(self, verbs: Mapping[ast.FunctionDef, bool]) -> None:
        self._verbs = verbs
        self._awaited = _AWAITED | {verb.name for verb, streams in verbs.items() if not streams}
        self._streams = _STREAMS | {verb.name for verb, streams in verbs.items() if streams}
        self._names: set[str] = set()
        """Variables of the function being written that hold a stream."""
        self._inside = False

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        self.generic_visit(node)
        node.name = f"Async{node.name}"
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        if node not in self._verbs:
            return self.generic_visit(node)
        assigned = [item for item in ast.walk(node) if isinstance(item, ast.Assign) and self._is_stream(item.value)]
        self._names = {target.id for item in assigned for target in item.targets if isinstance(target, ast.Name)}
        self._inside = True
        streams = self._verbs[node]
        self.generic_visit(node)
        self._inside = False
        if streams and isinstance(node.returns, ast.Subscript):
            node.returns.value = ast.Name("AsyncIterator")
        return ast.AsyncFunctionDef(
            **{field: getattr(node, field) for field in (*node._fields, "lineno", "col_offset")}
        )

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST:
        node.module = _RENAMED.get(node.module or "", node.module)
        return self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.Name(f"Async{node.id}", node.ctx) if node.id in _CLASSES else node

    def visit_alias(self, node: ast.alias) -> ast.AST:
        return ast.alias(f"Async{node.name}") if node.name in _CLASSES else node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if ast.unparse(node) == "grpc.Channel":
            return ast.parse("grpc.aio.Channel", mode="eval").body
        return self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        if node.annotation is not None and ast.unparse(node.annotation) == "Stub":
            node.annotation = ast.Name("Any")  # stubs of an event loop have a class for type checkers alone
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        waits = self._inside and _called(node) in self._awaited
        self.generic_visit(node)
        if not self._inside:
            return node
        if ast.unparse(node.func) == "time.sleep":
            return ast.Await(ast.Call(ast.parse("asyncio.sleep", mode="eval").body, node.args, []))
        if ast.unparse(node.func) == "next":
            return ast.Await(ast.Call(ast.Name("anext"), [ast.Call(ast.Name("aiter"), node.args, [])], []))
        if _called(node) in _BLOCKING:
            thread = ast.parse("asyncio.to_thread", mode="eval").body
            return ast.Await(ast.Call(thread, [node.func, *node.args], node.keywords))
        return ast.Await(node) if waits else node

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        if not isinstance(node.value, ast.YieldFrom) or not self._inside:
            return self.generic_visit(node)
        source = node.value.value
        given: ast.expr = self.visit(source)
        each = ast.Expr(ast.Yield(ast.Name("item")))
        loop = ast.AsyncFor if self._is_stream(source) else ast.For
        return loop(ast.Name("item", ast.Store()), given, [each], [], lineno=node.lineno)

    def visit_For(self, node: ast.For) -> ast.AST:
        is_stream = self._inside and self._is_stream(node.iter)
        self.generic_visit(node)
        if not is_stream:
            return node
        return ast.AsyncFor(node.target, node.iter, node.body, node.orelse, lineno=node.lineno)

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> ast.AST:
        if not (self._inside and self._is_stream(node.generators[0].iter)):
            return self.generic_visit(node)
        node.generators[0].is_async = 1
        self.generic_visit(node)
        return ast.ListComp(node.elt, node.generators)

    def _is_stream(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Name):
            return node.id in self._names
        return _called(node) in self._streams or (_is_method(node) and _called(node) not in self._awaited)


def _formatted(text: str) -> str:
    ruff = str(Path(sys.executable).parent / "ruff")
    for command in (["check", "--fix-only", "--select", "F401,I", "--ignore", "D"], ["format"]):
        name = str(SOURCES / "asynchronous" / "made.py")
        done = subprocess.run(
            [ruff, *command, "--stdin-filename", name, "-"], input=text, capture_output=True, text=True, check=True
        )
        text = done.stdout
    return text


if __name__ == "__main__":
    main()
