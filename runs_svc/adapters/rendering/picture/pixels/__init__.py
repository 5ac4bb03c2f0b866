"""The picture as pixels: the same layout as the vector drawing, with textures worked out per pixel."""
