"""Setups that people run, recommend or regretted, held against what the engine says of them: `make practice`."""
