"""Setup sheets: shown, printed, ticked, signed."""
