"""Heat maps of a sweep: in the terminal, as SVG, as PNG."""
