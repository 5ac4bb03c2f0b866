"""Entities with revisions: sessions, patterns, jobs, assets."""
