"""The product register: GTIN, OCOP group, star certificates."""
