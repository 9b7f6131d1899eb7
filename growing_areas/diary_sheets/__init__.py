"""Sheets of the diary coming in: a season written elsewhere, taken in and undone as one."""
