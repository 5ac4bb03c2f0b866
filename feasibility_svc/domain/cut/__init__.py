"""One cut with everything resolved: its situation, engagement, forces and motion."""
