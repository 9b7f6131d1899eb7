"""Offers, carts, checkout, allocation of batches, orders."""
