"""WorkflowService on the wire."""
