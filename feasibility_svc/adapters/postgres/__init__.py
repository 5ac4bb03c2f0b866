"""The workshop's catalogue in PostgreSQL."""
