"""Writing: areas out of the house as map files other programs open (see `formats`)."""
