"""A cooperative's own label papers: grids it measured itself, and the page that tests a printer."""
