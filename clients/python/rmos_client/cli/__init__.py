"""rmosctl: ask, record, list, show and compare, move files, pack, watch, verify, train. `rmosctl --help` says more.

Exit codes: 0 done and good · 1 the call failed · 2 wrong usage · 3 not feasible · 4 not verified.
"""

import os


def main() -> None:
    """Run rmosctl."""
    # Before grpc is imported: what it has to tell is told in a sentence of ours, not in lines of its log.
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
    from rmos_client.cli.running import run

    run()
