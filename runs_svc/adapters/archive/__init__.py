"""The archive: every document of the ledger as a file in the date-partitioned tree."""
