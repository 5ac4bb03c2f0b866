"""Workflow sessions: from a design to its toolpaths, with a verdict and a person's approval in between."""
