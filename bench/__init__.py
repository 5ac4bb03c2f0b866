"""What RMOS costs, as ratios measured side by side in one run. The protocol stands in docs/performance.md."""
