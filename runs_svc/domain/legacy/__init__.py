"""Records of the v1 store: how each becomes a run, what is lost on the way, and how runs become v1 records again."""
