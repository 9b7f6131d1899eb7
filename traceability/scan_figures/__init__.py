"""Scans in figures (lượt quét): how many, when, where, of what, and what was ordered meanwhile."""
