"""The typefaces we print in, cut down at build: one for labels, one for papers."""
