"""What the feasibility service does, a verb a file."""
