"""feasibility_svc says before the cut whether it can be done."""
