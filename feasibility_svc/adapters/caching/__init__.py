"""Caches, each a decorator of a port."""
