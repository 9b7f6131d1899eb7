"""Sensors: what thermometers and hygrometers in fields, rooms and beside lots report."""
