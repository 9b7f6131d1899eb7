"""The demonstration story: real communes of the five plans, invented cooperatives, true flows."""
