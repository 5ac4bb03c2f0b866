"""AdvisoryService on the wire."""
