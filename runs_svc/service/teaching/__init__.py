"""TeachingService on the wire."""
