"""English beside Vietnamese, one catalogue a room."""
