"""What can be done with training sets."""
