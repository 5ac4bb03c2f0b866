"""What people look at: pictures, setup sheets, packs, training folders, comparisons."""
