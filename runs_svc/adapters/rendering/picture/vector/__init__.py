"""The picture as vector graphics: the same layout as the pixels, to be printed at any size."""
