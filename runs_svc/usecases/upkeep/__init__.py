"""What an administrator does to a store."""
