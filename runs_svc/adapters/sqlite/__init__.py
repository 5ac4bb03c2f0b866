"""What is SQLite's alone: connections, pragmas, the group commit, repair."""
