"""Bytes by their digest, as files."""
