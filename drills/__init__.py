"""Exercises of bad days on a house of one's own: ``make drill``. No part of the program."""
