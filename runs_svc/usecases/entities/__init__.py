"""Keep and read entities, whatever their kind."""
