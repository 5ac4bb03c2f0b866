"""Many points at once: sweeps over parameters, and rosettes that can be cut."""
