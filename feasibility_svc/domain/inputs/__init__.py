"""What callers send: the design and the context of a cut."""
