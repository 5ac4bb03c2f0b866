"""Checks of shape, one operation per file. Each yields what it demands against what it may."""
