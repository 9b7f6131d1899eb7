"""Digital maps of farms, cooperatives and OCOP products, and open data."""
