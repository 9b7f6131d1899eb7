"""Cartons and pallets: packing many alike, their logistic labels, and the bars on them."""
