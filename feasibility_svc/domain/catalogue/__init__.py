"""Materials, tools, machines, charts and calibrations, shipped and the workshop's own."""
