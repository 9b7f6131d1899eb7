"""Letting partners read what happened to one's goods, and taking it back."""
