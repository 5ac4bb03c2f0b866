"""Migrations of every database. They follow the last of each one's own; what only one needs does nothing in others."""
