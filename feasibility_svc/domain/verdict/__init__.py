"""From assessments to one verdict: aggregation, tolerances and their uncertainty."""
