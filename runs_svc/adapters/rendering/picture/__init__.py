"""Pictures of rosettes, drawn from the parameters that the feasibility service evaluates."""
