"""What can be done with patterns, jobs and imports."""
