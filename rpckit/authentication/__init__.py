"""Who calls: credentials, what they prove, and what their owners may do."""
