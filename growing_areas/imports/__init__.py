"""Imports of many areas from one file: looked at first, stored whole, undone whole."""
