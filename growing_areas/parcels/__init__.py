"""Parcels of a plot, the households that farm them, and what each of them yields."""
