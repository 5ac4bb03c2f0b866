"""Build the documentation site from docs/ and the contract into build/docs: `make docs`.

Every link between the pages is checked, and one that leads nowhere is an error. Nothing is fetched.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "docs" / "site"
BUILD = ROOT / "build" / "docs"
sys.path.insert(0, str(ROOT / "protos"))

import reference  # noqa: E402  # protos/ is no package


def stage(source: Path) -> None:
    """Copy the pages, and make those that come from the contract."""
    shutil.rmtree(source, ignore_errors=True)
    shutil.copytree(ROOT / "docs", source, ignore=shutil.ignore_patterns("site", "__pycache__"))
    shutil.copy(SITE / "conf.py", source / "conf.py")
    image = ROOT / "build" / "rmos.binpb"
    image.parent.mkdir(exist_ok=True)
    built = ["buf", "build", "protos", "--as-file-descriptor-set", "-o", f"{image}#format=binpb"]
    subprocess.run(built, cwd=ROOT, check=True)
    contract = reference.read(image)
    (source / "reference" / "api.md").write_text(reference.api_page(contract), encoding="utf-8")
    (source / "reference" / "errors.md").write_text(reference.errors_page(contract), encoding="utf-8")
    for page in source.rglob("*.md"):
        page.write_text(_for_the_site(page.read_text(encoding="utf-8")), encoding="utf-8")


def _for_the_site(text: str) -> str:
    """Links that lead out of docs/ as plain text: the site holds the pages alone."""
    return re.sub(r"\[([^\]]+)\]\((?:\.\./)+(?:README|CONTRIBUTING|CHANGELOG)[^)]*\)", r"\1", text)


def main() -> int:
    source = BUILD / "source"
    stage(source)
    command = [
        sys.executable,
        "-m",
        "sphinx",
        "-q",
        "-W",
        "--keep-going",
        "-b",
        "html",
        str(source),
        str(BUILD / "html"),
    ]
    done = subprocess.run(command, cwd=ROOT, check=False)
    if done.returncode == 0:
        sys.stdout.write(f"{(BUILD / 'html' / 'index.html').relative_to(ROOT)} written\n")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
