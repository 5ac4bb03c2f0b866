"""Whether records are as they were."""
