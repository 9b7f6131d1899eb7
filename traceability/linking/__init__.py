"""GS1 Digital Link: reading and judging web addresses of things, and resolving them to pages."""
