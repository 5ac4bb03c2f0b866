"""The workshop's patterns, strip families, jobs and imports."""
