"""What our own GPX files say beyond GPX, which knows no areas: written and read alike. PURE."""

PART, HOLE = "nguon:part", "nguon:hole"
"""The `type` of a track that is a further part, or a hole, of the area before it."""
NAMESPACE = "https://nguon.vn/ns/gpx/1"
"""The namespace of what is told of an area: `<told name="crop">rice</told>`."""
