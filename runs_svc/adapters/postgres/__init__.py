"""The ledger on PostgreSQL, for many servers at once."""
