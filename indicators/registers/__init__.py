"""Registers of facts that no other room has: linkage models, sales channels, rosters."""
