"""Batches, labels, scans and the trace page."""
