"""From a situation to a report: which dimensions there are, and how an engine runs them."""
