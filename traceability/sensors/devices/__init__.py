"""What lets devices in, and what of theirs could not be kept."""
