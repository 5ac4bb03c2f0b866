"""runs_svc keeps an immutable, verifiable record of every attempt."""
