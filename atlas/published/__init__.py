"""Open data: what is published, for whom it is, in which versions, and its catalogue."""
