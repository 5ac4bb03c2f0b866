"""Server plumbing both services share: it knows gRPC and knows no domain."""

import os

# grpcio reads this when it is first imported. Its handlers of forks print lines that are no JSON to the log whenever a
# server starts another program, and nothing here uses gRPC in a forked process.
os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "false")
