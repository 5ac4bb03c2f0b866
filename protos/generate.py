"""Generate the stubs of every language from the contract.

    python protos/generate.py                 into clients/ (make protos)
    python protos/generate.py --output DIR    into DIR, for the drift check

Python comes from grpcio-tools with mypy-protobuf; Go and TypeScript from their own plugins, called by buf.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from google.protobuf.descriptor_pb2 import FileDescriptorSet, SourceCodeInfo
from google.rpc import error_details_pb2

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
INCLUDES = (ROOT / "protos", ROOT / "third_party" / "googleapis")
GO_PLUGINS = (
    "google.golang.org/protobuf/cmd/protoc-gen-go@v1.36.11",
    "google.golang.org/grpc/cmd/protoc-gen-go-grpc@v1.5.1",
)


PATH = os.pathsep.join([str(TOOLS / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]])


def run(command: Sequence[str | Path], *, cwd: Path = ROOT, **environment: str) -> None:
    found = shutil.which(str(command[0]), path=environment.get("PATH", PATH))
    if found is None:
        sys.exit(f"{command[0]} is not installed; run `make setup`")
    arguments = [found, *(str(part) for part in command[1:])]
    subprocess.run(arguments, cwd=cwd, check=True, env=os.environ | {"PATH": PATH} | environment)


def generate_python(output: Path) -> None:
    sources = sorted(path.relative_to(INCLUDES[0]) for path in INCLUDES[0].rglob("*.proto"))
    services = [source for source in sources if source.stem.endswith("_service")]
    protoc = [sys.executable, "-m", "grpc_tools.protoc", *(f"-I{include}" for include in INCLUDES)]
    run([*protoc, f"--python_out={output}", f"--mypy_out=quiet:{output}", *sources])
    run([*protoc, f"--grpc_python_out={output}", f"--mypy_grpc_out=quiet:{output}", *services])
    packages = {output / source.parents[depth] for source in sources for depth in range(len(source.parents) - 1)}
    for package in packages:
        (package / "__init__.py").touch()
    (output / "rmos" / "py.typed").touch()
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "whole.binpb"
        run([*protoc, "--include_source_info", f"--descriptor_set_out={whole}", *sources])
        for file in FileDescriptorSet.FromString(whole.read_bytes()).file:
            (output / file.name).with_suffix(".comments").write_bytes(comments(file.source_code_info))


def comments(info: SourceCodeInfo) -> bytes:
    """What a file of the contract says in comments, which stubs of Python do not keep; reflection has them."""
    commented = [item for item in info.location if item.leading_comments or item.trailing_comments]
    return SourceCodeInfo(location=commented).SerializeToString(deterministic=True)


def generate_descriptor_set(output: Path) -> None:
    output.parent.mkdir(parents=True, exist_ok=True)
    run(["buf", "build", "protos", "--as-file-descriptor-set", "-o", f"{output}#format=binpb"])


def generate_go_and_typescript(output: Path) -> None:
    plugins = TOOLS / "bin"
    if not all((plugins / plugin.rsplit("/", 1)[1].split("@")[0]).exists() for plugin in GO_PLUGINS):
        for plugin in GO_PLUGINS:
            run(["go", "install", plugin], GOBIN=str(plugins), GOFLAGS="-mod=mod")
    node_modules = ROOT / "clients" / "typescript" / "node_modules"
    if not node_modules.exists():
        run(["npm", "ci"], cwd=node_modules.parent)
    path = os.pathsep.join([str(node_modules / ".bin"), PATH])
    run(["buf", "generate", "--template", "protos/buf.gen.yaml", "-o", output], PATH=path)
    generate_details_of_errors(output / "typescript" / "src" / "gen", node_modules)


def generate_details_of_errors(output: Path, node_modules: Path) -> None:
    """What errors carry, for TypeScript: no file of the contract imports it, and npm has no package of it."""
    plugin = node_modules / ".bin" / "protoc-gen-es"
    standard = Path(error_details_pb2.__file__).parents[2]  # googleapis-common-protos brings its files along
    protoc = [sys.executable, "-m", "grpc_tools.protoc", f"-I{standard}", f"--plugin=protoc-gen-es={plugin}"]
    options = [f"--es_out={output}", "--es_opt=target=ts,import_extension=js"]
    run([*protoc, *options, "google/rpc/error_details.proto"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--output", type=Path, default=ROOT / "clients")
    output: Path = parser.parse_args().output.resolve()
    for stale in (output / "python" / "rmos", output / "go" / "rmos", output / "typescript" / "src" / "gen"):
        shutil.rmtree(stale, ignore_errors=True)
    (output / "python").mkdir(parents=True, exist_ok=True)
    generate_python(output / "python")
    generate_go_and_typescript(output)
    image = ROOT / "build" / "rmos.binpb"
    generate_descriptor_set(image)
    if output == ROOT / "clients":
        run([sys.executable, ROOT / "protos" / "asynchronous.py"])
    pages = ROOT if output == ROOT / "clients" else output
    run([sys.executable, ROOT / "protos" / "reference.py", image, pages])


if __name__ == "__main__":
    main()
