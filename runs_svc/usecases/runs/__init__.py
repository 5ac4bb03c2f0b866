"""What is done with a run, a verb a file."""
