"""What RMOS costs, as ratios measured side by side in one run. `make bench`; the protocol stands in docs/performance.md."""
