"""What an administrator does: retention, verification, the log of both."""
