"""The public JSON contract: /api/v1, its OpenAPI document and tokens."""
