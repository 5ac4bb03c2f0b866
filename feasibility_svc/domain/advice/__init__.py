"""What to change: computed from the same scores as the verdict, never guessed."""
