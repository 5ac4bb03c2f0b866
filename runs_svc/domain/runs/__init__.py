"""A run: its record, its gate, what was added to it, and what people see of it."""
