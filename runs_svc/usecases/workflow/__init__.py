"""What can be done with a workflow session."""
