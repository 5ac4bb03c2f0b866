"""Who calls, on the wire, and who may call what."""
