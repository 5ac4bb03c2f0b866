"""docs/network.md leads where it says: each of its commands, in order. `make network` adds those of other languages."""

from pathlib import Path

from tests.end_to_end.network_page import OTHER_CLIENTS, PAGE, commands, walk


def test_an_administrator_who_follows_the_page_gets_there(tmp_path: Path) -> None:
    done = walk(tmp_path, left_out=OTHER_CLIENTS)
    assert done.returncode == 0, done.stdout + done.stderr
    said = [line for line in done.stdout.splitlines() if ", by " in line]
    assert said == [
        "M. Sato, by password: reviewer",
        "cam, by api_key: operator",
        "cam, by certificate: operator",
        "A. Lead, by token: reviewer",
    ]
    assert (tmp_path / "rmos.binpb").stat().st_size > 100_000


def test_what_is_left_out_of_the_tests_is_little() -> None:
    assert {line.split()[0] for line in commands(PAGE.read_text()) if line.startswith(OTHER_CLIENTS)} == {
        "grpcurl", "buf", "(cd",
    }  # fmt: skip
