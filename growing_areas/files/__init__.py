"""Files: reading the polygon files people bring (GeoJSON, KML, GPX, Shapefile, …)."""
