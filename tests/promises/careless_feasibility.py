"""The feasibility server whose work never asks whether anybody still waits, for the test that must fail with it."""

import sys

from feasibility_svc import __main__ as feasibility_server
from rpckit import threads

if __name__ == "__main__":
    threads._Work.abandoned = property(lambda self: False, lambda self, value: None)  # type: ignore[assignment,misc]
    sys.exit(feasibility_server.main())
