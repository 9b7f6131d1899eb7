"""Shapes: what may be wrong with an outline, how large it is, how it is drawn."""
