"""People, organisations, sign-in, and the one permission table."""
