"""What programs suggest, and what people decide of it."""
