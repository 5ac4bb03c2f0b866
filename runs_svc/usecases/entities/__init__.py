"""Store and read entities of every kind."""
