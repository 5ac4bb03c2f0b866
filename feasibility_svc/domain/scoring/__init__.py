"""Scores, levels and assessments: what every dimension speaks in."""
