"""PatternsService, JobsService and the imports on the wire."""
