"""Readers of tool libraries, one format per file. Each turns bytes into `LibraryTool`s in millimetres."""
