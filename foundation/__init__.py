"""What a domain may know of the world: canonical JSON, errors, the call being served, times. It knows nobody."""
