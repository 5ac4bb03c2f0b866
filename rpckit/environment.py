"""Every environment variable of RMOS. A variable that starts with RMOS_ and is not here stops the server."""

KEYS = frozenset(
    {
        "RMOS_ALLOW_RED_OVERRIDE",
        "RMOS_ALLOW_STUB_ENGINE",
        "RMOS_ATTACHMENTS_DIR",
        "RMOS_BENCH_METHODS",
        "RMOS_BOOKMARK_INTERVAL_S",
        "RMOS_CATALOG_DIR",
        "RMOS_DATABASE_URL",
        "RMOS_FEASIBILITY_ADDRESS",
        "RMOS_FEASIBILITY_LISTEN",
        "RMOS_FEASIBILITY_TIMEOUT_S",
        "RMOS_GRACE_S",
        "RMOS_LOG_LEVEL",
        "RMOS_MAX_ATTACHMENT_BYTES",
        "RMOS_MAX_CALLS",
        "RMOS_MAX_STREAMS",
        "RMOS_MAX_WATCHERS",
        "RMOS_MIN_FREE_DISK_PERCENT",
        "RMOS_REPLAY_GATE_MODE",
        "RMOS_REPLAY_GATE_REQUIRE_NOTE",
        "RMOS_RUNS_ADDRESS",
        "RMOS_RUNS_DIR",
        "RMOS_RUNS_GOV_DIR",
        "RMOS_RUNS_LISTEN",
        "RMOS_RUNS_V2_DIR",
        "RMOS_RUN_ATTACHMENTS_DIR",
    }
)
