"""Real servers on free ports, for tests, benches and tours."""
