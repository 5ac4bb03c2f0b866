"""Things with revisions: sessions, patterns, jobs, assets."""
