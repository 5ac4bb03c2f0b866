"""The ledger on a SQL database, through SQLAlchemy Core."""
