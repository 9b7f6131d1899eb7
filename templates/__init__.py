"""Page templates, one folder a room."""
