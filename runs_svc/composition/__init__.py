"""The rooms that name concrete classes: the store and the server from their parts."""
