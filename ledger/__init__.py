"""The append-only Merkle log that proves what was recorded and when."""
