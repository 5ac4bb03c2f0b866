"""RunsService and AttachmentsService on the wire."""
