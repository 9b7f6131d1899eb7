"""Hostile files, cooked from small recipes: nothing here lies in the repository as a binary."""
