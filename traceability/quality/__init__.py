"""What stops a batch, and what vouches for it."""
