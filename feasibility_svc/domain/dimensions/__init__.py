"""One risk dimension per file. Each assesses a situation and knows no other dimension."""
