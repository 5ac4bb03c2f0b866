"""Providers of pictures. One file each; `settings` reads which of them a workshop has."""
